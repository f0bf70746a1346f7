/** Readers in another thread, which nothing stops while the zone changes. This file is that thread too. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  isMainThread,
  MessageChannel,
  type MessagePort,
  parentPort,
  receiveMessageOnPort,
  Worker,
  workerData,
} from "node:worker_threads";
import { parseName } from "#protocols/dns/name.ts";
import { zoneImage } from "../engine/engine-rig.ts";
import { ChangingZone } from "./changing-zone.ts";
import { ZoneImage } from "./image.ts";
import type { ZoneChange } from "./zone-change.ts";
import { ZoneMerger } from "./zone-merger.ts";

const transactions = 100_000;
const type = 65_280;
const [one, other, even] = ["one", "other.deep", "even"].map((label) => parseName(`${label}.example.`)) as [
  ReturnType<typeof parseName>,
  ReturnType<typeof parseName>,
  ReturnType<typeof parseName>,
];

interface ReaderData {
  readonly buffer: ArrayBufferLike;
  /** Where new images come from. */
  readonly port: MessagePort;
  /** The reader reads, value that is in the zone since before now, the writer is done. */
  readonly shared: Int32Array;
}
const Shared = { reads: 0, published: 1, done: 2 } as const;

interface Findings {
  reads: number;
  values: number;
  repeated: number;
  images: number;
  faults: string[];
}

/** Says a value so that parts of two of them are not taken for one. */
function saying(value: number): Uint8Array {
  return new Uint8Array(4 + (value % 50))
    .fill(value & 0xff)
    .fill(value >>> 24, 0, 1)
    .fill(value >>> 16, 1, 2)
    .fill(value >>> 8, 2, 3);
}

/** What the name says, -1 when it is not there, -2 when it is no whole value. */
function said(image: ZoneImage, name: ReturnType<typeof parseName>): number {
  const node = image.find(name);
  if (node === 0) return -1;
  const [rdata] = image.rdata(image.rrset(node, type));
  if (rdata === undefined) return -2;
  const value = (rdata[0]! << 24) | (rdata[1]! << 16) | (rdata[2]! << 8) | rdata[3]!;
  return Buffer.compare(rdata, saying(value)) === 0 ? value : -2;
}

function read({ buffer, port, shared }: ReaderData): Findings {
  const findings: Findings = { reads: 0, values: 0, repeated: 0, images: 0, faults: [] };
  let image = new ZoneImage(buffer);
  let last = -1;
  while (Atomics.load(shared, Shared.done) === 0 && findings.faults.length < 10) {
    const published = Atomics.load(shared, Shared.published);
    image.begin();
    if (image.isRetired) {
      image = new ZoneImage(receiveMessageOnPort(port)!.message as SharedArrayBuffer);
      findings.images++;
      continue;
    }
    const values = [said(image, one), said(image, other), said(image, even)] as const;
    if (!image.isCurrent()) {
      findings.repeated++;
      continue;
    }
    const [value] = values;
    const wanted = [value, value, value % 2 === 0 ? value : -1];
    if (value < published || values.some((found, index) => found !== wanted[index]))
      findings.faults.push(`${values.join(" ")}, published ${published}`);
    if (value !== last) findings.values++;
    last = value;
    findings.reads = Atomics.add(shared, Shared.reads, 1) + 1;
  }
  return findings;
}

function change(value: number): ZoneChange[] {
  const set = { do: "set", type, ttl: 60, rdata: [saying(value)] } as const;
  return [
    { ...set, owner: one },
    { ...set, owner: other },
    value % 2 === 0 ? { ...set, owner: even } : { do: "delete-name", owner: even },
  ];
}

if (isMainThread) {
  test(`a reader sees each of ${transactions} changes whole and at once, whichever image has it`, async (t) => {
    await using merger = new ZoneMerger();
    const { port1, port2 } = new MessageChannel();
    const zone = await ChangingZone.open(zoneImage("example.", ""), {
      merger,
      onReplaced: ({ buffer }) => port1.postMessage(buffer),
      onMergeFailed: (error) => assert.fail(error),
    });
    assert.equal(zone.apply(change(0)), undefined);
    const shared = new Int32Array(new SharedArrayBuffer(12));
    const worker = new Worker(new URL(import.meta.url), {
      workerData: { buffer: zone.image.buffer, port: port2, shared } satisfies ReaderData,
      transferList: [port2],
    });
    t.after(() => {
      port1.close();
      return worker.terminate();
    });
    const ended = new Promise<Findings>((resolve, reject) =>
      worker.once("message", resolve).once("error", reject),
    );
    while (Atomics.load(shared, Shared.reads) === 0) await new Promise(setImmediate);
    for (let value = 1; value <= transactions; value++) {
      assert.equal(zone.apply(change(value)), undefined);
      Atomics.store(shared, Shared.published, value);
    }
    Atomics.store(shared, Shared.done, 1);
    const { faults, ...counts } = await ended;
    assert.deepEqual(faults, []);
    t.diagnostic(JSON.stringify(counts));
    assert.ok(counts.values > 100 && counts.images > 10 && counts.repeated > 0, JSON.stringify(counts));
  });
} else {
  parentPort!.postMessage(read(workerData as ReaderData));
}
