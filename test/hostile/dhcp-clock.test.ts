/**
 * Clocks that are set while clients have leases: whatever the clock says, no address is two clients' at once,
 * and whoever renews in time keeps its own.
 */
import assert from "node:assert/strict";
import test from "node:test";
import { collectLog } from "#platform/log/collected-log.ts";
import { openMemoryStore } from "#platform/store/memory-store.ts";
import { ServerLab, startSeconds } from "../../src/capabilities/dhcp/exchange/exchange.testing.ts";
import { loadLeases } from "../../src/capabilities/dhcp/leases/load-leases.ts";

const section = {
  leaseTime: "10m",
  newClients: { perSecond: 1_000, burst: 1_000 },
  subnets: [{ subnet: "192.0.2.0/24", interface: "eth1", pools: ["192.0.2.100-192.0.2.111"] }],
};
const hour = 3_600;

/** Numbers that look random and are the same each time. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** What a client believes, by a clock that nobody sets. */
interface Belief {
  readonly address: string;
  readonly untilSeconds: number;
}

/** Clients, and the server that they have, which may be started again. */
class Network {
  readonly #store = openMemoryStore();
  readonly beliefs = new Map<string, Belief>();
  lab = this.#start(startSeconds * 1_000);
  /** Of nobody's clock. */
  seconds = 0;

  #start(wallMs: number): ServerLab {
    return new ServerLab({ section, store: this.#store, wallMs });
  }

  async startAgain(): Promise<void> {
    this.lab = this.#start(this.lab.wall.ms);
    const { lab } = this;
    await loadLeases(lab.table, lab.store, collectLog().log, lab.clock.nowSeconds());
    await lab.tick();
  }

  async pass(seconds: number): Promise<void> {
    this.seconds += seconds;
    await this.lab.pass(seconds);
  }

  async setClock(bySeconds: number): Promise<void> {
    this.lab.wall.ms += bySeconds * 1_000;
    await this.lab.tick();
  }

  async join(mac: string): Promise<void> {
    const offer = await this.lab.ask({ type: "DISCOVER", mac });
    if (offer === undefined) return;
    const { address, server } = offer;
    this.#believe(mac, await this.lab.ask({ type: "REQUEST", mac, requested: address, server }));
  }

  /** Whoever has an address in time keeps it. */
  async renew(mac: string): Promise<void> {
    const belief = this.beliefs.get(mac);
    if (belief === undefined || belief.untilSeconds <= this.seconds) return;
    const answer = await this.lab.ask({ type: "REQUEST", mac, ciaddr: belief.address });
    assert.equal(answer?.type, "ACK", `${mac} loses ${belief.address}: ${answer?.sentence}`);
    this.#believe(mac, answer);
  }

  async release(mac: string): Promise<void> {
    const belief = this.beliefs.get(mac);
    this.beliefs.delete(mac);
    if (belief !== undefined) await this.lab.hear({ type: "RELEASE", mac, ciaddr: belief.address });
  }

  check(): void {
    const owners = new Map<string, string>();
    for (const [mac, { address, untilSeconds }] of this.beliefs) {
      if (untilSeconds <= this.seconds) continue;
      assert.equal(owners.get(address), undefined, `${address} is ${mac}'s and another's`);
      owners.set(address, mac);
    }
  }

  #believe(mac: string, answer: Awaited<ReturnType<ServerLab["ask"]>>): void {
    if (answer?.type !== "ACK") return;
    this.beliefs.set(mac, { address: answer.address, untilSeconds: this.seconds + answer.leaseSeconds! });
  }
}

for (const seed of [1, 2, 3, 4])
  test(`twenty clients, a clock that is set by hours, and a server that is started again (${seed})`, async () => {
    const random = randomFrom(seed);
    const network = new Network();
    let acknowledged = 0;
    for (let step = 0; step < 1_500; step++) {
      const mac = (10 + random(20)).toString();
      const choice = random(100);
      if (choice < 40) await network.join(mac);
      else if (choice < 70) await network.renew(mac);
      else if (choice < 76) await network.release(mac);
      else if (choice < 95) await network.pass(1 + random(240));
      else if (choice < 98) await network.setClock([-hour, hour, -30 * hour, 7][random(4)]!);
      else {
        acknowledged += network.lab.counters.sent.ACK;
        await network.startAgain();
      }
      network.check();
    }
    assert.ok(acknowledged > 200, `${acknowledged} leases`);
  });

test("a clock that is set back an hour: leases end when their clients think so", async () => {
  const network = new Network();
  await network.join("01");
  await network.pass(100);
  await network.setClock(-hour);
  const { address } = network.beliefs.get("01")!;
  await network.pass(499);
  assert.equal(network.lab.leaseAt(address)!.state, "bound");
  await network.startAgain();
  assert.equal(network.lab.leaseAt(address)!.state, "bound", "and so after a start");
  await network.pass(1);
  assert.equal(network.lab.leaseAt(address)!.state, "expired");
});

test("a machine that starts in 1970 and learns the time later ends no lease of before, and none of then", async () => {
  const store = openMemoryStore();
  const before = new ServerLab({ section, store });
  const old = await before.join({ mac: "01" });
  const lab = new ServerLab({ section, store, wallMs: 60_000 });
  await loadLeases(lab.table, store, collectLog().log, lab.clock.nowSeconds());
  await lab.tick();
  const young = await lab.join({ mac: "02" });
  assert.notEqual(young, old);
  lab.wall.ms = (startSeconds + 60) * 1_000;
  await lab.tick();
  assert.deepEqual([lab.leaseAt(old)!.state, lab.leaseAt(young)!.state], ["bound", "bound"]);
  assert.equal(lab.leaseAt(old)!.expiresAt, startSeconds + 600);
  assert.equal(lab.leaseAt(young)!.expiresAt, startSeconds + 660);
});
