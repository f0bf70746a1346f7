import assert from "node:assert/strict";
import test from "node:test";
import { ipv4ToText, parseIpv4 } from "#protocols/dns/fields/addresses.ts";
import { sectionOf } from "../exchange/exchange.testing.ts";
import { clientKey } from "../exchange/said.testing.ts";
import { limits } from "../limits.ts";
import { planOf, subnetOf } from "../network/plan.ts";
import { type AddressQuestion, chooseAddress, hindranceOf } from "./address-choice.ts";
import { leaseFor } from "./lease.testing.ts";
import { LeaseTable } from "./lease-table.ts";

const now = 1_000;
const hosts = [
  { name: "printer", macs: ["52:54:00:00:00:91"], address: "192.0.2.101" },
  { name: "laptop", macs: ["52:54:00:00:00:92", "52:54:00:00:00:93"], address: "192.0.2.17" },
  { name: "phone", macs: ["52:54:00:00:00:94"] },
  { name: "away", macs: ["52:54:00:00:00:95"], address: "198.51.100.5" },
];
const subnets = [
  {
    subnet: "192.0.2.0/24",
    interface: "eth1",
    pools: ["192.0.2.100-192.0.2.103", { range: "192.0.2.200-192.0.2.201", classes: ["camera"] }],
    exclude: ["192.0.2.102"],
  },
  { subnet: "198.51.100.0/24", interface: "eth2", pools: ["198.51.100.10-198.51.100.11"] },
];
const classes = [{ name: "camera", match: [{ option: 60 }] }];

class Place {
  readonly table: LeaseTable;
  nowMs = 0;

  constructor(section: Readonly<Record<string, unknown>> = {}) {
    this.table = new LeaseTable(planOf(sectionOf({ subnets, hosts, classes, ...section }), undefined), now);
  }

  question(mac: string, rest: { requested?: string; classes?: string[]; at?: string } = {}): AddressQuestion {
    const client = clientKey(mac);
    const hardware = client.slice(2);
    const { plan } = this.table;
    const { requested, classes: names = [], at = "192.0.2.1" } = rest;
    return {
      link: subnetOf(plan, parseIpv4(at))!.link,
      client,
      hardware,
      host: plan.hosts.find({ hardware, clientIdentifier: undefined, duid: undefined, circuitId: undefined }),
      classes: new Set(names),
      requested: requested === undefined ? undefined : parseIpv4(requested),
      nowSeconds: now,
      nowMs: this.nowMs,
    };
  }

  choose(mac: string, rest: Parameters<Place["question"]>[1] = {}): string | undefined {
    const address = chooseAddress(this.question(mac, rest), this.table);
    return address === undefined ? undefined : ipv4ToText(address);
  }

  hindrance(mac: string, address: string, rest: Parameters<Place["question"]>[1] = {}): string | undefined {
    return hindranceOf(parseIpv4(address), this.question(mac, rest), this.table);
  }

  put(mac: string, address: string, rest: Partial<Parameters<typeof leaseFor>[2]> = {}): void {
    this.table.put(leaseFor(mac, address, { expiresAt: now + 100, ...rest }));
  }

  offer(mac: string, address: string): void {
    const client = clientKey(mac);
    const madeAtMs = this.nowMs;
    this.table.offer({
      address: parseIpv4(address),
      client,
      hardware: client.slice(2),
      madeAtMs,
      hostName: undefined,
    });
  }

  /** Whatever everybody may have has somebody. */
  fill(): void {
    this.put("f1", "192.0.2.100");
    this.put("f3", "192.0.2.103");
  }
}

const free = ["192.0.2.100", "192.0.2.103"];
type Row = readonly [why: string, prepare: (place: Place) => void, mac: string, want: string | undefined];

const rows: readonly Row[] = [
  [
    "a machine with a reservation gets it, though others have asked for it",
    (place) => place.put("01", "192.0.2.101", { state: "expired" }),
    "91",
    "192.0.2.101",
  ],
  ["a reservation may lie outside of the pools", () => {}, "92", "192.0.2.17"],
  [
    "one that another machine still has is waited for with an address of a pool",
    (place) => {
      place.put("01", "192.0.2.101");
      place.put("f1", "192.0.2.100");
    },
    "91",
    "192.0.2.103",
  ],
  [
    "each network card of a host gets its address: the one that asks has it",
    (place) => place.put("92", "192.0.2.17"),
    "93",
    "192.0.2.17",
  ],
  ["what a machine has it keeps", (place) => place.put("01", "192.0.2.103"), "01", "192.0.2.103"],
  [
    "what it had it gets again after its time",
    (place) => place.put("01", "192.0.2.103", { state: "expired", expiresAt: 5 }),
    "01",
    "192.0.2.103",
  ],
  [
    "and after it has given it back",
    (place) => place.put("01", "192.0.2.103", { state: "released", expiresAt: 5 }),
    "01",
    "192.0.2.103",
  ],
  [
    "but not when it is excluded now",
    (place) => {
      place.put("01", "192.0.2.102");
      place.put("f1", "192.0.2.100");
    },
    "01",
    "192.0.2.103",
  ],
  [
    "nor when it is reserved for another now",
    (place) => {
      place.put("01", "192.0.2.101");
      place.put("f1", "192.0.2.100");
    },
    "01",
    "192.0.2.103",
  ],
  [
    "nor when it has been declined",
    (place) => {
      place.put("01", "192.0.2.100", { state: "declined" });
      place.put("f3", "192.0.2.103", { state: "expired" });
    },
    "01",
    "192.0.2.103",
  ],
  [
    "what it was offered it is offered again",
    (place) => place.offer("01", "192.0.2.103"),
    "01",
    "192.0.2.103",
  ],
  [
    "a machine that is on record moves to its reservation",
    (place) => place.put("91", "192.0.2.100"),
    "91",
    "192.0.2.101",
  ],
  [
    "a host with only a name gets one of the pool",
    (place) => place.put("f1", "192.0.2.100"),
    "94",
    "192.0.2.103",
  ],
  [
    "and so does a host whose address is of another link",
    (place) => place.put("f1", "192.0.2.100"),
    "95",
    "192.0.2.103",
  ],
  [
    "untouched addresses go before those that others had",
    (place) => place.put("f1", "192.0.2.100", { state: "expired", expiresAt: 1 }),
    "01",
    "192.0.2.103",
  ],
  [
    "of those that others had the one that ended first",
    (place) => {
      place.put("f1", "192.0.2.103", { state: "released", expiresAt: 3 });
      place.put("f3", "192.0.2.100", { state: "expired", expiresAt: 4 });
    },
    "01",
    "192.0.2.103",
  ],
  ["a full pool has nothing", (place) => place.fill(), "01", undefined],
  [
    "a pool of which the rest is declined has nothing",
    (place) => {
      place.put("f1", "192.0.2.100");
      place.put("f3", "192.0.2.103", { state: "declined" });
    },
    "01",
    undefined,
  ],
  [
    "one whose name still stands in the DNS keeps the address from others",
    (place) => {
      place.fill();
      place.put("f3", "192.0.2.103", { expiresAt: now - 1, name: "fern.lan.example." });
    },
    "01",
    undefined,
  ],
  [
    "a host that has declined its own address gets another",
    (place) => {
      place.put("91", "192.0.2.101", { state: "declined" });
      place.put("f1", "192.0.2.100");
    },
    "91",
    "192.0.2.103",
  ],
];

for (const [why, prepare, mac, want] of rows)
  test(why, () => {
    const place = new Place();
    prepare(place);
    assert.equal(place.choose(mac), want);
    if (want !== undefined) assert.equal(place.hindrance(mac, want), undefined, "and it can have it then");
  });

test("what a client asks for it gets, when it is free", () => {
  const place = new Place();
  for (const requested of free) assert.equal(place.choose("01", { requested }), requested);
  const others = ["192.0.2.101", "192.0.2.102", "192.0.2.50", "198.51.100.10"];
  for (const requested of others) assert.ok(free.includes(place.choose("01", { requested })!), requested);
});

test("the first address of a client depends on nothing but the client, and clients are spread", () => {
  const big = { subnets: [{ subnet: "10.0.0.0/16", interface: "eth1", pools: ["10.0.1.0-10.0.200.255"] }] };
  const at = { at: "10.0.0.1" };
  const one = new Place(big);
  const other = new Place(big);
  const chosen = new Set<string>();
  for (let number = 0; number < 200; number++) {
    const mac = `525400${number.toString(16).padStart(6, "0")}`;
    const address = one.choose(mac, at)!;
    assert.equal(other.choose(mac, at), address);
    chosen.add(address);
    other.put("f1", "10.0.1.1");
  }
  assert.ok(chosen.size > 190, `${chosen.size} of 200`);
});

test("pools of a class are for that class alone", () => {
  const place = new Place();
  place.fill();
  assert.equal(place.choose("01"), undefined);
  const camera = { classes: ["camera"] };
  assert.match(place.choose("01", camera)!, /^192\.0\.2\.20[01]$/);
  assert.equal(place.hindrance("01", "192.0.2.200"), "is in no pool that this machine may use");
  assert.equal(place.hindrance("01", "192.0.2.200", camera), undefined);
});

test("in a full pool an offer that nobody takes up goes to another, but not at once, and once", () => {
  const place = new Place();
  place.put("f1", "192.0.2.100");
  place.offer("01", "192.0.2.103");
  assert.equal(place.choose("02"), undefined);
  place.nowMs = limits.offerStealMs;
  assert.equal(place.choose("02"), "192.0.2.103");
  place.offer("02", "192.0.2.103");
  assert.equal(place.hindrance("01", "192.0.2.103"), "is in use by another machine");
  assert.equal(place.choose("03"), undefined);
});

test("what a client that has a lease is offered is its own, and is not taken back for another", () => {
  const place = new Place();
  place.fill();
  place.offer("f1", "192.0.2.100");
  place.offer("f3", "192.0.2.103");
  place.nowMs = limits.offerStealMs;
  assert.equal(place.choose("02"), undefined);
});

test("an offer of another's that is of no pool of this client is left alone", () => {
  const place = new Place();
  place.fill();
  place.offer("01", "192.0.2.200");
  place.nowMs = limits.offerStealMs;
  assert.equal(place.choose("02"), undefined);
});

const hindrances: readonly (readonly [
  why: string,
  prepare: (place: Place) => void,
  mac: string,
  address: string,
  want: string | undefined,
])[] = [
  ["an address of another link", () => {}, "01", "198.51.100.10", "is not of this network"],
  ["an address of no network", () => {}, "01", "10.9.9.9", "is not of this network"],
  ["another's reservation", () => {}, "01", "192.0.2.101", "is reserved for another machine"],
  [
    "an address of the pool for a machine with a reservation",
    () => {},
    "91",
    "192.0.2.100",
    "is not what is reserved for this machine",
  ],
  [
    "another's lease",
    (place) => place.put("02", "192.0.2.100"),
    "01",
    "192.0.2.100",
    "is in use by another machine",
  ],
  [
    "another's lease that is over and whose name still stands in the DNS",
    (place) => place.put("02", "192.0.2.100", { expiresAt: now, name: "fern.lan.example." }),
    "01",
    "192.0.2.100",
    "is in use by another machine",
  ],
  [
    "another's lease that is over",
    (place) => place.put("02", "192.0.2.100", { expiresAt: now }),
    "01",
    "192.0.2.100",
    undefined,
  ],
  [
    "another's offer",
    (place) => place.offer("02", "192.0.2.100"),
    "01",
    "192.0.2.100",
    "is in use by another machine",
  ],
  [
    "a declined address",
    (place) => place.put("01", "192.0.2.100", { state: "declined" }),
    "01",
    "192.0.2.100",
    "has been declined",
  ],
  [
    "one whose quarantine is over",
    (place) => place.put("02", "192.0.2.100", { state: "declined", expiresAt: now }),
    "01",
    "192.0.2.100",
    undefined,
  ],
  ["an address beside the pools", () => {}, "01", "192.0.2.50", "is in no pool that this machine may use"],
  ["an excluded address", () => {}, "01", "192.0.2.102", "is in no pool that this machine may use"],
  [
    "the pool, for a host whose address somebody else uses",
    (place) => place.put("02", "192.0.2.101"),
    "91",
    "192.0.2.100",
    undefined,
  ],
  [
    "its own reservation in quarantine",
    (place) => place.put("91", "192.0.2.101", { state: "declined" }),
    "91",
    "192.0.2.101",
    "has been declined",
  ],
];

for (const [what, prepare, mac, address, want] of hindrances)
  test(`${what}: ${want ?? "can be had"}`, () => {
    const place = new Place();
    prepare(place);
    assert.equal(place.hindrance(mac, address), want);
  });
