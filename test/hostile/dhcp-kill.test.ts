/**
 * Clients that ask all at once, of a disk that fails now and then and a server that is killed in the middle:
 * what was acknowledged is there, and nobody's besides.
 */
import assert from "node:assert/strict";
import test from "node:test";
import { setImmediate } from "node:timers/promises";
import { collectLog } from "#platform/log/collected-log.ts";
import { openMemoryStore } from "#platform/store/memory-store.ts";
import { OptionCode } from "#protocols/dhcp4/codes.ts";
import { ipv4ToText } from "#protocols/dns/fields/addresses.ts";
import { ServerLab, startSeconds } from "../../src/capabilities/dhcp/exchange/exchange.testing.ts";
import { clientKey, type Said, serverAddress } from "../../src/capabilities/dhcp/exchange/said.testing.ts";
import { publishedName } from "../../src/capabilities/dhcp/leases/lease.ts";
import { loadLeases } from "../../src/capabilities/dhcp/leases/load-leases.ts";

const subnets = [{ subnet: "192.0.2.0/24", interface: "eth1", pools: ["192.0.2.100-192.0.2.119"] }];
const usual = {
  leaseTime: "10m",
  declineTime: "20m",
  newClients: { perSecond: 1_000, burst: 1_000 },
  subnets,
};
/** Site files that change what clients have a right to. */
const sections = [
  usual,
  { ...usual, hosts: [{ name: "ten", macs: ["52:54:00:00:00:10"], address: "192.0.2.105" }] },
  { ...usual, hosts: [{ macs: ["52:54:00:00:00:11", "52:54:00:00:00:12"], address: "192.0.2.50" }] },
  { ...usual, subnets: [{ ...subnets[0]!, exclude: ["192.0.2.100-192.0.2.103"] }] },
  {
    ...usual,
    classes: [{ name: "rapid", match: [{ option: OptionCode.rapidCommit }] }],
    subnets: [
      { ...subnets[0]!, pools: ["192.0.2.100-192.0.2.108"] },
      {
        subnet: "198.51.100.0/24",
        interface: "eth1",
        pools: ["198.51.100.5-198.51.100.7", { range: "198.51.100.10-198.51.100.12", classes: ["rapid"] }],
      },
    ],
  },
];

/** Numbers that look random and are the same each time. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Has taken addresses without asking. */
const stranger = Uint8Array.fromHex("5254000000fe");

class Trial {
  readonly #store = openMemoryStore();
  readonly #domain: string | undefined;
  /** Addresses are probed, and clients may take two messages for four. */
  readonly #more: Readonly<Record<string, unknown>>;
  readonly #random: (below: number) => number;
  #section = 0;
  /** By a clock that nobody sets. */
  #seconds = 0;
  lab: ServerLab;
  /** What each client has been acknowledged, and its latest offer. */
  readonly held = new Map<string, { readonly address: string; readonly until: number }>();
  readonly #offered = new Map<string, string>();
  acknowledged = 0;
  #wasKilled = false;

  constructor(seed: number) {
    this.#random = randomFrom(seed);
    this.#domain = seed % 2 === 0 ? "lan.example" : undefined;
    this.#more = seed % 3 === 0 ? { probe: "auto", rapidCommit: true } : {};
    this.lab = this.#start(startSeconds * 1_000);
  }

  #start(wallMs: number): ServerLab {
    const domain = this.#domain;
    const section = this.#sectionNow;
    const lab = new ServerLab({ section, store: this.#store, wallMs, ...(domain && { domain }) });
    for (const address of ["192.0.2.110", "192.0.2.111"]) lab.users.set(address, stranger);
    return lab;
  }

  get #sectionNow(): Readonly<Record<string, unknown>> {
    return { ...sections[this.#section]!, ...this.#more };
  }

  async step(): Promise<void> {
    const choice = this.#random(100);
    if (choice < 70) await this.#burst();
    else if (choice < 88) await this.#pass(1 + this.#random(200));
    else if (choice < 92) this.#changeSite();
    else if (choice < 96) await this.#whileTheDiskIsFull();
    else await this.#kill();
    this.#hear();
    this.#check();
  }

  /** Several speak before the first is answered. */
  async #burst(): Promise<void> {
    const goOn = this.#random(2) === 0 ? this.lab.holdBack() : () => {};
    let following: Promise<void> | undefined;
    for (let times = this.#random(10); times >= 0; times--) {
      this.#say();
      if (this.lab.failure === undefined && this.#random(150) === 0)
        following ??= this.#setClock([-3_600, 3_600, 50, -86_400][this.#random(4)]!);
      if (this.#random(3) === 0) await setImmediate();
      this.#hear();
    }
    goOn();
    await following;
    await this.lab.settle();
  }

  /** While requests are under way. */
  async #setClock(bySeconds: number): Promise<void> {
    this.lab.wall.ms += bySeconds * 1_000;
    const jump = this.lab.clock.follow();
    const following = this.lab.life.follow(jump!);
    this.lab.life.endDue();
    await following;
  }

  #say(): void {
    const mac = (10 + this.#random(24)).toString();
    const said = this.#messageOf(mac, this.held.get(mac)?.address, this.#offered.get(mac));
    this.lab.exchanges.take(...this.lab.heard({ hostName: `pc${this.#random(8)}`, ...said }));
  }

  #messageOf(mac: string, own: string | undefined, offer: string | undefined): Said {
    const choice = this.#random(100);
    if (choice < 20) return { type: "DISCOVER", mac };
    if (choice < 35) return { type: "DISCOVER", mac, options: { [OptionCode.rapidCommit]: "" } };
    if (choice < 60 && offer !== undefined)
      return { type: "REQUEST", mac, requested: offer, server: serverAddress };
    if (choice < 70) return { type: "REQUEST", mac, requested: `192.0.2.${98 + this.#random(24)}` };
    if (choice < 85 && own !== undefined) return { type: "REQUEST", mac, ciaddr: own };
    if (choice < 92 && own !== undefined) return this.#giveUp(mac, { type: "RELEASE", mac, ciaddr: own });
    if (choice < 94 && own !== undefined) return this.#giveUp(mac, { type: "DECLINE", mac, requested: own });
    return { type: "DISCOVER", mac, requested: `192.0.2.${98 + this.#random(24)}` };
  }

  #giveUp(mac: string, said: Said): Said {
    this.held.delete(mac);
    return said;
  }

  #hear(): void {
    for (const { type, address, leaseSeconds, message } of this.lab.sent()) {
      const mac = message.hardwareAddress.toHex().slice(-2);
      if (type === "OFFER") this.#offered.set(mac, address);
      if (type === "NAK") this.held.delete(mac);
      if (type !== "ACK") continue;
      this.acknowledged++;
      // Of a host's network cards the one that asks has its address.
      const other = { "11": "12", "12": "11" }[mac];
      if (other !== undefined && this.held.get(other)?.address === address) this.held.delete(other);
      this.held.set(mac, { address, until: this.#seconds + leaseSeconds! });
    }
  }

  async #pass(seconds: number): Promise<void> {
    this.#seconds += seconds;
    await this.lab.pass(seconds);
    for (const [mac, { until }] of this.held) if (until <= this.#seconds) this.held.delete(mac);
  }

  #changeSite(): void {
    this.#section = this.#random(sections.length);
    this.lab.use(this.#sectionNow);
  }

  async #whileTheDiskIsFull(): Promise<void> {
    this.lab.fill();
    const before = this.acknowledged;
    const { transactions } = this.lab;
    await this.#burst();
    this.#hear();
    // Who has just been answered is answered again without the disk.
    if (this.lab.transactions === transactions + 1) assert.ok(this.acknowledged <= before + 10);
    this.lab.recover();
  }

  async #kill(): Promise<void> {
    this.#wasKilled = true;
    this.lab.holdBack();
    for (let times = this.#random(8); times > 0; times--) this.#say();
    for (let turns = this.#random(4); turns > 0; turns--) await setImmediate();
    this.#hear();
    this.lab.fill(); // the dead write no more
    const lab = this.#start(this.lab.wall.ms);
    // Names lie in the store as well, each written with its lease.
    for (const [name, entry] of this.lab.registry.entries) lab.registry.entries.set(name, entry);
    this.lab = lab;
    await loadLeases(lab.table, lab.store, collectLog().log, lab.clock.nowSeconds());
    await lab.tick();
  }

  #check(): void {
    const owners = new Map<string, string>();
    for (const [mac, { address, until }] of this.held) {
      assert.equal(owners.get(address), undefined, `${address} is ${mac}'s and another's`);
      owners.set(address, mac);
      const lease = this.lab.leaseAt(address);
      assert.deepEqual(
        [lease?.client, lease?.state],
        [clientKey(mac), "bound"],
        `${mac} has lost ${address}`,
      );
      const early = until - this.#seconds - (lease!.expiresAt - this.lab.clock.nowSeconds());
      assert.ok(early <= 0, `${address} ends ${early} s early`);
    }
    assert.equal(this.lab.turns.size, 0);
    this.#checkNames();
  }

  #checkNames(): void {
    const leases = [...this.lab.table.values()];
    const wanted = leases.flatMap((lease) => {
      const name = publishedName(lease);
      return name === undefined ? [] : [{ name, text: `${name} ${ipv4ToText(lease.address)}` }];
    });
    const entries = [...this.lab.registry.entries.values()];
    const have = entries.flatMap(({ name, addresses }) => addresses.map((one) => `${name} ${one}`));
    const texts = new Set(wanted.map(({ text }) => text));
    assert.deepEqual(
      have.filter((text) => !texts.has(text)),
      [],
      "names that are no lease's",
    );
    // One that was killed between giving an old name up and taking the new one has the old one in its lease.
    // A machine with leases in two networks has its name at the newer one.
    const missing = wanted.filter(({ name }) => !this.lab.registry.entries.has(name));
    assert.deepEqual(this.#wasKilled ? [] : missing, [], "leases whose names are not there");
  }
}

for (const seed of [1, 2, 3, 4, 5, 6])
  test(`a thousand bursts of requests, full disks, changed site files and kills (${seed})`, async () => {
    const trial = new Trial(seed);
    for (let step = 0; step < 1_000; step++) await trial.step();
    assert.ok(trial.acknowledged > 500, `${trial.acknowledged} leases`);
  });
