import assert from "node:assert/strict";
import test from "node:test";
import { newDhcpCounters } from "../counters.ts";
import { limits } from "../limits.ts";
import { InUse, type InUseQuestion } from "./in-use.ts";

const client = Uint8Array.of(2, 0, 0, 0, 0, 1);
const stranger = Uint8Array.of(2, 0, 0, 0, 0, 2);

class Link {
  nowMs = 0;
  arpAnswer: Uint8Array | undefined;
  pingAnswer: true | undefined;
  hasArp = true;
  readonly asked: string[] = [];
  readonly counters = newDhcpCounters();
  readonly inUse: InUse;

  constructor() {
    const closed = { counters: {} as never, [Symbol.asyncDispose]: async () => {} };
    const arp = async (address: number, waitMs: number) => {
      this.asked.push(`arp ${address} ${waitMs}`);
      return this.arpAnswer;
    };
    const ping = async (address: number, waitMs: number) => {
      this.asked.push(`ping ${address} ${waitMs}`);
      return this.pingAnswer;
    };
    this.inUse = new InUse({
      counters: this.counters,
      arp: (name) => (name === "eth1" && this.hasArp ? { ...closed, probe: arp } : undefined),
      icmp: () => ({ ...closed, probe: ping }),
      monotonicMs: () => this.nowMs,
    });
  }

  find(question: Partial<InUseQuestion> = {}): Promise<Uint8Array | undefined> {
    const usual = { address: 1, interface: "eth1", isRelayed: false } as const;
    const isClient = (found: Uint8Array) => found.toHex() === client.toHex();
    return this.inUse.findUser({ ...usual, isClient, method: "auto", waitMs: 200, ...question });
  }
}

test("nobody answers: it is free, and that is known for a while", async () => {
  const link = new Link();
  assert.equal(await link.find(), undefined);
  assert.ok(link.inUse.isKnownFree(1));
  assert.ok(!link.inUse.isKnownFree(2));
  link.nowMs = limits.probeFreeMs;
  assert.ok(!link.inUse.isKnownFree(1));
});

test("somebody answers: it is in use, and not known to be free any more", async () => {
  const link = new Link();
  await link.find();
  link.arpAnswer = stranger;
  assert.equal(await link.find(), stranger);
  assert.ok(!link.inUse.isKnownFree(1));
  assert.deepEqual(link.counters.probes, { free: 1, used: 1, failed: 0 });
});

test("the client itself answers: it is free for it", async () => {
  const link = new Link();
  link.arpAnswer = client.slice();
  assert.equal(await link.find(), undefined);
});

const methods: readonly (readonly [why: string, question: Partial<InUseQuestion>, want: string])[] = [
  ["ARP on the link", {}, "arp 1 200"],
  ["ICMP through a relay", { isRelayed: true }, "ping 1 200"],
  ["ARP where the site file says so", { method: "arp", isRelayed: true }, "arp 1 200"],
  ["ICMP where the site file says so", { method: "ping" }, "ping 1 200"],
];

for (const [why, question, want] of methods)
  test(`it asks by ${why}`, async () => {
    const link = new Link();
    await link.find(question);
    assert.deepEqual(link.asked, [want]);
  });

test("who answers ICMP is somebody, though it is not known who", async () => {
  const link = new Link();
  link.pingAnswer = true;
  assert.deepEqual(await link.find({ isRelayed: true }), new Uint8Array(0));
});

test("where it cannot be asked it counts as free, and the failure is counted", async () => {
  const link = new Link();
  link.hasArp = false;
  assert.equal(await link.find(), undefined);
  assert.equal(link.counters.probes.failed, 1);
});

test("what is known to be free is bounded: the oldest is forgotten", async () => {
  const link = new Link();
  for (let address = 0; address <= limits.probeCacheMax; address++) await link.find({ address });
  assert.ok(!link.inUse.isKnownFree(0));
  assert.ok(link.inUse.isKnownFree(1));
  assert.equal(link.inUse.underWay, 0);
});
