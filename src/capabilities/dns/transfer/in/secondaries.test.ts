/** Zones that are copied, with a host, primaries and a clock that the test has in its hands. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { SteppedClock } from "#platform/clock/clock.ts";
import { collectLog } from "#platform/log/collected-log.ts";
import { openMemoryStore } from "#platform/store/memory-store.ts";
import { type Name, nameOctets, parseName } from "#protocols/dns/name.ts";
import { RRType } from "#protocols/dns/registry.ts";
import { matchNone } from "../../address-match.ts";
import type { ChangeSet } from "../../journal/change-set.ts";
import { parseServer } from "../../server-address.ts";
import { ZoneImage } from "../../zones/image.ts";
import { ZoneImageBuilder } from "../../zones/image-builder.ts";
import { limits } from "./limits.ts";
import { Secondaries, type SecondaryZone } from "./secondaries.ts";
import { TransferFault } from "./transfer-fault.ts";
import type { TransferRequest, TransferResult } from "./transfer-request.ts";

const tally = { messages: 1, records: 3, octets: 100, elapsedMs: 5, outside: 0 };
const hour = 3_600_000;

/** Refresh and retry an hour, expiry a day. */
function soa(serial: number): Uint8Array {
  const rdata = new Uint8Array(22);
  new DataView(rdata.buffer).setUint32(2, serial);
  for (const [at, seconds] of [
    [6, 3600],
    [10, 3600],
    [14, 86_400],
    [18, 300],
  ] as const)
    new DataView(rdata.buffer).setUint32(at, seconds);
  return rdata;
}

function image(name: Name, serial: number): ZoneImage {
  const builder = new ZoneImageBuilder(name);
  const owner = nameOctets(name);
  builder.add(owner, owner.length, RRType.SOA, 60, soa(serial), 22);
  builder.add(owner, owner.length, RRType.NS, 60, Uint8Array.of(0), 1);
  return builder.finish();
}

class Rig {
  readonly clock = new SteppedClock();
  readonly logged = collectLog();
  readonly images = new Map<Name, ZoneImage>();
  readonly done: string[] = [];
  /** What was asked and is not answered. */
  readonly asked: { readonly zone: Name; readonly answer: (serial: number | Error) => void }[] = [];
  readonly transfers: {
    readonly request: TransferRequest;
    readonly end: (result: TransferResult) => void;
  }[] = [];
  refusesSets = false;
  readonly secondaries: Secondaries;

  readonly store: ReturnType<typeof openMemoryStore>;

  constructor(store = openMemoryStore()) {
    this.store = store;
    this.secondaries = new Secondaries({
      store,
      clock: this.clock,
      random: () => 0,
      log: this.logged.log,
      keyring: () => new Map(),
      host: {
        image: (zone) => this.images.get(zone),
        takeChangeSets: async (zone, { name }, sets) => {
          if (this.refusesSets) throw new Error("no");
          this.done.push(`sets to ${sets.at(-1)!.to} from ${name}`);
          this.images.set(zone, image(zone, sets.at(-1)!.to));
        },
        replace: async (zone, { name }, content) => {
          this.done.push(`zone ${content.serial()} from ${name}`);
          this.images.set(zone, content);
        },
        expire: (zone) => {
          this.done.push("expired");
          this.images.delete(zone);
        },
      },
      transfers: {
        askSerial: ({ zone }) =>
          new Promise((resolve, reject) => {
            const answer = (serial: number | Error): void =>
              typeof serial === "number" ? resolve(serial) : reject(serial);
            this.asked.push({ zone, answer });
          }),
        transfer: (request) =>
          new Promise((resolve) => {
            this.transfers.push({ request, end: resolve });
          }),
      },
    });
  }

  /** Answers the oldest question. */
  async answer(serial: number | Error): Promise<void> {
    this.asked.shift()!.answer(serial);
    await turns();
  }

  /** Ends the oldest transfer. */
  async end(result: TransferResult): Promise<void> {
    this.transfers.shift()!.end(result);
    await turns();
  }

  status(zone: SecondaryZone) {
    return this.secondaries.status(zone.name)!;
  }
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  await new Promise((resolve) => setImmediate(resolve));
}

function secondary(name: string, ...primaries: readonly string[]): SecondaryZone {
  const bounds = { recordsPerTypeMax: 100, typesPerNameMax: 100 };
  return { name: parseName(name), primaries: primaries.map(parseServer), allowNotify: matchNone, bounds };
}

const one = secondary("one.example.", "192.0.2.1");
const sets = (from: number, to: number): readonly ChangeSet[] => {
  const record = (serial: number) => ({ owner: one.name, type: RRType.SOA, ttl: 60, rdata: soa(serial) });
  const author = { kind: "transfer", name: "192.0.2.1" } as const;
  return [{ from, to, atMs: 0, author, removed: [record(from)], added: [record(to)] }];
};

test("a zone is fetched, then followed by what changes in it", async () => {
  const rig = new Rig();
  await rig.secondaries.configure([one]);
  assert.equal(rig.status(one).state, "asking");
  await rig.answer(5);
  assert.equal(rig.transfers[0]!.request.present, undefined);
  assert.equal(rig.status(one).state, "transferring");
  await rig.end({ kind: "zone", image: image(one.name, 5), tally });
  const { state, serial, confirmedAtMs, nextCheckAtMs, expiresAtMs, error } = rig.status(one);
  const nowMs = rig.clock.nowMs();
  assert.deepEqual([state, serial, confirmedAtMs, error], ["current", 5, nowMs, undefined]);
  assert.deepEqual([nextCheckAtMs, expiresAtMs], [nowMs + hour, nowMs + 24 * hour]);
  rig.clock.advance(hour);
  await rig.answer(6);
  assert.equal(rig.transfers[0]!.request.incremental, true);
  assert.equal(new ZoneImage(rig.transfers[0]!.request.present!.buffer).serial(), 5);
  await rig.end({ kind: "sets", sets: sets(5, 6), tally });
  assert.deepEqual(rig.done, ["zone 5 from 192.0.2.1", "sets to 6 from 192.0.2.1"]);
  assert.equal(rig.status(one).serial, 6);
});

test("what the host does not take as a change is fetched whole", async () => {
  const rig = new Rig();
  rig.images.set(one.name, image(one.name, 5));
  rig.refusesSets = true;
  await rig.secondaries.configure([one]);
  await rig.answer(6);
  await rig.end({ kind: "sets", sets: sets(5, 6), tally });
  assert.equal(rig.transfers[0]!.request.incremental, false);
  await rig.end({ kind: "zone", image: image(one.name, 6), tally });
  assert.deepEqual(rig.done, ["zone 6 from 192.0.2.1"]);
});

test("a zone from before is served with what was left of its time", async () => {
  const before = new Rig();
  await before.secondaries.configure([one]);
  await before.answer(5);
  await before.end({ kind: "zone", image: image(one.name, 5), tally });
  await before.secondaries[Symbol.asyncDispose]();
  const rig = new Rig(before.store);
  rig.images.set(one.name, image(one.name, 5));
  rig.clock.advance(20 * hour);
  await rig.secondaries.configure([one]);
  assert.deepEqual([rig.status(one).serial, rig.asked.length], [5, 1]);
  await rig.answer(new TransferFault("silent", "said nothing"));
  assert.equal(rig.status(one).error?.code, "silent");
  rig.clock.advance(3 * hour + 59 * 60_000);
  assert.deepEqual(rig.done, []);
  rig.clock.advance(2 * 60_000);
  assert.deepEqual(rig.done, ["expired"]);
  assert.equal(rig.status(one).state, "asking");
  for (let round = 0; rig.asked.length > 0 && round < 5; round++) await rig.answer(5);
  assert.equal(rig.transfers[0]!.request.present, undefined);
  await rig.end({ kind: "zone", image: image(one.name, 5), tally });
  assert.equal(rig.status(one).state, "current");
});

test("a zone whose time was over while the program was not running is not served", async () => {
  const before = new Rig();
  await before.secondaries.configure([one]);
  await before.answer(5);
  await before.end({ kind: "zone", image: image(one.name, 5), tally });
  await before.secondaries[Symbol.asyncDispose]();
  const rig = new Rig(before.store);
  rig.images.set(one.name, image(one.name, 5));
  rig.clock.advance(25 * hour);
  await rig.secondaries.configure([one]);
  assert.deepEqual(rig.done, ["expired"]);
});

test("a clock that is set back at the start costs no zone its time", async () => {
  const before = new Rig();
  before.clock.advance(1000 * hour);
  await before.secondaries.configure([one]);
  await before.answer(5);
  await before.end({ kind: "zone", image: image(one.name, 5), tally });
  await before.secondaries[Symbol.asyncDispose]();
  const rig = new Rig(before.store);
  rig.images.set(one.name, image(one.name, 5));
  await rig.secondaries.configure([one]);
  assert.equal(rig.status(one).expiresAtMs, rig.clock.nowMs() + 24 * hour);
});

test("confirmations are written rarely", async () => {
  const rig = new Rig();
  await rig.secondaries.configure([one]);
  await rig.answer(5);
  await rig.end({ kind: "zone", image: image(one.name, 5), tally });
  const written = await rig.store.revision();
  for (let check = 0; check < 24; check++) {
    rig.secondaries.refresh(one.name);
    await rig.answer(5);
    rig.clock.advance(600_000);
  }
  const more = (await rig.store.revision()) - written;
  assert.ok(more >= 1 && more <= 4, `${more} writes for 24 confirmations`);
});

test("serial numbers are asked 20 a second, and a NOTIFY comes first", async () => {
  const rig = new Rig();
  const zones = Array.from({ length: 100 }, (_, i) => secondary(`z${i}.example.`, "192.0.2.1"));
  for (const zone of zones) rig.images.set(zone.name, image(zone.name, 1));
  await rig.secondaries.configure(zones);
  assert.equal(rig.asked.length, limits.serialQueriesPerSecond);
  rig.clock.advance(1000);
  assert.equal(rig.asked.length, 2 * limits.serialQueriesPerSecond);
  await rig.answer(1);
  rig.clock.advance(500);
  const before = rig.asked.length;
  rig.secondaries.notified(zones[0]!.name, 0, undefined);
  rig.clock.advance(limits.tickMs);
  assert.equal(rig.asked[before]!.zone, zones[0]!.name);
});

test("transfers are 10 at a time, 2 from one primary", async () => {
  const rig = new Rig();
  const zones = Array.from({ length: 20 }, (_, i) => secondary(`z${i}.example.`, `192.0.2.${i % 4}`));
  const more = Array.from({ length: 10 }, (_, i) => secondary(`y${i}.example.`, `192.0.2.${100 + i}`));
  await rig.secondaries.configure([...zones, ...more]);
  for (let second = 0; second < 5; second++) {
    while (rig.asked.length > 0) await rig.answer(1);
    rig.clock.advance(1000);
  }
  const perPrimary = (address: string): number =>
    rig.transfers.filter(({ request }) => request.server.address === address).length;
  assert.equal(rig.transfers.length, limits.transfersMax);
  assert.equal(perPrimary("192.0.2.0"), limits.transfersPerPrimaryMax);
  const { zone } = rig.transfers[0]!.request;
  await rig.end({ kind: "zone", image: image(zone, 1), tally });
  assert.equal(rig.transfers.length, limits.transfersMax);
});

test("a zone that is taken out is forgotten, and what still comes for it is for nobody", async () => {
  const rig = new Rig();
  await rig.secondaries.configure([one]);
  await rig.answer(new TransferFault("silent", "said nothing"));
  rig.secondaries.retransfer(one.name);
  assert.equal((await rig.store.list("dns/secondary/")).length, 1);
  await rig.secondaries.configure([]);
  await turns();
  await rig.end({ kind: "zone", image: image(one.name, 5), tally });
  assert.deepEqual(rig.done, []);
  assert.deepEqual(await rig.store.list("dns/secondary/"), []);
  assert.equal(rig.secondaries.status(one.name), undefined);
  assert.equal(rig.secondaries.refresh(one.name), false);
});

test("other primaries are asked at once, and what the old ones still say is for nobody", async () => {
  const rig = new Rig();
  rig.images.set(one.name, image(one.name, 5));
  await rig.secondaries.configure([one]);
  const [old] = rig.asked.splice(0);
  await rig.secondaries.configure([secondary("one.example.", "192.0.2.9")]);
  assert.equal(rig.asked.length, 1);
  old!.answer(9);
  await turns();
  assert.equal(rig.transfers.length, 0);
  await rig.answer(6);
  assert.equal(rig.transfers[0]!.request.server.address, "192.0.2.9");
});

test("the same zones again change nothing", async () => {
  const rig = new Rig();
  await rig.secondaries.configure([one]);
  await rig.secondaries.configure([secondary("one.example.", "192.0.2.1")]);
  assert.equal(rig.asked.length, 1);
});

test("a key that is not there is said, with its name", async () => {
  const rig = new Rig();
  const keyed = secondary("one.example.", "192.0.2.1 key lost");
  await rig.secondaries.configure([keyed]);
  await turns();
  const { error } = rig.status(keyed);
  assert.equal(error?.code, "no-key");
  assert.match(error!.sentence, /lost\./);
  assert.deepEqual(
    rig.logged.lines.map(({ level }) => level),
    ["warn"],
  );
});
