/** Many who ask for addresses that they do not need, and some who give back what is not theirs. */
import assert from "node:assert/strict";
import test from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { ServerLab } from "../../src/capabilities/dhcp/exchange/exchange.testing.ts";
import { type Said, serverAddress } from "../../src/capabilities/dhcp/exchange/said.testing.ts";
import { limits } from "../../src/capabilities/dhcp/limits.ts";

const section = {
  leaseTime: "10m",
  newClients: { perSecond: 10, burst: 50 },
  subnets: [
    { subnet: "10.0.0.0/20", interface: "eth1", pools: ["10.0.1.0-10.0.4.255"] },
    { subnet: "10.1.0.0/24", interface: "eth2", pools: ["10.1.0.10-10.1.0.250"] },
    { subnet: "10.2.0.0/24", pools: ["10.2.0.10-10.2.0.250"] },
  ],
};

/** A locally administered address. */
function macOf(number: number): string {
  return `02aa${number.toString(16).padStart(8, "0")}`;
}

const collect = (() => {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc") as () => void;
})();

function heapOctets(): number {
  collect();
  return process.memoryUsage().heapUsed;
}

test("a flood of DISCOVER from random addresses: those who have leases renew them, others join elsewhere, and it ends", async () => {
  const lab = new ServerLab({ section });
  const staff = new Map<string, string>();
  for (let number = 0; number < 40; number++) {
    const mac = `525400${number.toString(16).padStart(6, "0")}`;
    staff.set(mac, await lab.join({ mac }));
    await lab.pass(1);
  }
  const { DISCOVER } = lab.counters.received;
  const { OFFER } = lab.counters.sent;
  const seconds = 60;
  let said = 0;
  for (let second = 0; second < seconds; second++) {
    for (let number = 0; number < 400; number++)
      lab.exchanges.take(...lab.heard({ type: "DISCOVER", mac: macOf(second * 400 + number) }));
    await lab.pass(1);
    said += lab.newClients.takeRefused().length;
    assert.ok(
      lab.table.offers.size <= 50 + 10 * (limits.offerHoldMs / 1_000 + 1),
      `${lab.table.offers.size} offers`,
    );
  }
  lab.sent();
  assert.equal(lab.counters.received.DISCOVER - DISCOVER, seconds * 400);
  const offered = lab.counters.sent.OFFER - OFFER;
  assert.ok(offered <= 50 + 10 * seconds, `${offered} offers`);
  assert.equal(lab.counters.ignored.newClientsLimited, seconds * 400 - offered);
  assert.ok(said >= 1 && said <= 2, `said ${said} times`);

  await lab.pass(200);
  for (const [mac, ciaddr] of staff) {
    const ack = await lab.ask({ type: "REQUEST", mac, ciaddr });
    assert.deepEqual([ack?.type, ack?.leaseSeconds], ["ACK", 600]);
  }
  assert.match(await lab.join({ mac: "77", interface: "eth2" }), /^10\.1\./);
  assert.match(await lab.join({ mac: "78" }), /^10\.0\./, "and here again, once it is over");
  assert.equal(lab.table.size, 42);
  assert.equal(lab.table.offers.size, 0);
});

test("a pool that was emptied in spite of the limit: clients with leases live on, and offers nobody takes go round", async () => {
  const pools = ["10.0.1.0-10.0.1.15"];
  const lab = new ServerLab({
    section: {
      newClients: { perSecond: 1_000, burst: 1_000 },
      subnets: [{ subnet: "10.0.0.0/20", interface: "eth1", pools }],
    },
  });
  const address = await lab.join({ mac: "01" });
  for (let number = 0; number < 200; number++) await lab.hear({ type: "DISCOVER", mac: macOf(number) });
  assert.ok(lab.counters.ignored.poolEmpty > 150);
  assert.equal((await lab.ask({ type: "REQUEST", mac: "01", ciaddr: address }))?.type, "ACK");
  assert.equal((await lab.ask({ type: "DISCOVER", mac: "01" }))?.address, address);
  assert.equal(await lab.ask({ type: "DISCOVER", mac: "02" }), undefined);
  await lab.pass(limits.offerStealMs / 1_000);
  assert.ok(await lab.join({ mac: "02" }));
});

test("requests without a DISCOVER do not get round the limit, nor does taking two messages for four", async () => {
  const lab = new ServerLab({ section: { ...section, rapidCommit: true } });
  for (let number = 0; number < 300; number++) {
    const mac = macOf(number);
    const requested = `10.0.1.${number % 256}`;
    const kinds: readonly Said[] = [
      { type: "REQUEST", mac, requested },
      { type: "REQUEST", mac, requested, server: "192.0.2.1" },
      { type: "REQUEST", mac, ciaddr: requested },
      { type: "DISCOVER", mac, options: { 80: "" } },
    ];
    await lab.hear(kinds[number % kinds.length]!);
  }
  assert.ok(lab.table.size <= 50, `${lab.table.size} leases`);
});

test("a flood leaves no memory behind, whatever it says of itself", async () => {
  const lab = new ServerLab({ section: { ...section, probe: "auto" } });
  const flood = async (from: number, count: number) => {
    for (let number = from; number < from + count; number++) {
      const circuit = number.toString(16).padStart(8, "0").repeat(20);
      lab.exchanges.take(...lab.heard({ type: "DISCOVER", mac: macOf(number), clientId: circuit }));
      lab.exchanges.take(
        ...lab.heard({
          type: "DISCOVER",
          mac: macOf(number),
          giaddr: "10.2.0.1",
          options: { 82: `0150${circuit}` },
        }),
      );
      if (number % 50 !== 0) continue;
      await lab.pass(1);
      lab.sent();
      lab.probed.length = 0;
    }
    await lab.pass(60);
    lab.sent();
  };
  await flood(0, 10_000);
  const before = heapOctets();
  await flood(10_000, 20_000);
  const grown = heapOctets() - before;
  assert.ok(grown < 2_000_000, `${grown} octets more after 40,000 further messages`);
  assert.deepEqual([lab.table.size, lab.table.offers.size, lab.turns.size, lab.inUse.underWay], [0, 0, 0, 0]);
});

const owner = { mac: "01", clientId: "ff0000000100010002" };
const forgeries: readonly (readonly [why: string, said: (address: string) => Said])[] = [
  ["RELEASE by another client", (ciaddr) => ({ type: "RELEASE", mac: "02", ciaddr })],
  [
    "RELEASE by the same hardware without the identifier",
    (ciaddr) => ({ type: "RELEASE", mac: "01", ciaddr }),
  ],
  [
    "RELEASE with the identifier from another address",
    (ciaddr) => ({ type: "RELEASE", ...owner, ciaddr, from: "10.0.1.66" }),
  ],
  [
    "RELEASE with the identifier from no address",
    (ciaddr) => ({ type: "RELEASE", ...owner, ciaddr, from: "0.0.0.0" }),
  ],
  ["RELEASE of an address that is not said", (address) => ({ type: "RELEASE", ...owner, from: address })],
  ["RELEASE of a requested address", (requested) => ({ type: "RELEASE", ...owner, requested })],
  [
    "RELEASE that another server is to hear",
    (ciaddr) => ({ type: "RELEASE", ...owner, ciaddr, server: "10.0.0.9" }),
  ],
  [
    "RELEASE through another network's relay, by another client",
    (ciaddr) => ({ type: "RELEASE", mac: "02", ciaddr, giaddr: "10.2.0.1" }),
  ],
  ["DECLINE by another client", (requested) => ({ type: "DECLINE", mac: "02", requested })],
  [
    "DECLINE by the same hardware without the identifier",
    (requested) => ({ type: "DECLINE", mac: "01", requested }),
  ],
  [
    "DECLINE that another server is to hear",
    (requested) => ({ type: "DECLINE", ...owner, requested, server: "10.0.0.9" }),
  ],
  ["DECLINE of the address that one has", (ciaddr) => ({ type: "DECLINE", ...owner, ciaddr })],
  [
    "DECLINE through a relay by another client",
    (requested) => ({ type: "DECLINE", mac: "02", requested, giaddr: "10.2.0.1" }),
  ],
  [
    "REQUEST of another's address",
    (requested) => ({ type: "REQUEST", mac: "02", requested, server: serverAddress }),
  ],
  [
    "REQUEST by another client that says it has the address",
    (ciaddr) => ({ type: "REQUEST", mac: "02", ciaddr }),
  ],
];

for (const [why, forged] of forgeries)
  test(`forged: ${why}`, async () => {
    const lab = new ServerLab({ section, domain: "lan.example" });
    const address = await lab.join({ ...owner, hostName: "fern" });
    const [lease, names] = [lab.leaseAt(address), lab.registry.texts()];
    const answers = await lab.hear(forged(address));
    assert.ok(answers.every(({ type }) => type === "NAK"));
    const { notTheirLease, otherServer } = lab.counters.ignored;
    assert.equal(answers.length + notTheirLease + otherServer, 1);
    assert.equal(lab.leaseAt(address), lease);
    assert.deepEqual(lab.registry.texts(), names);
    assert.equal(
      (await lab.ask({ type: "REQUEST", ...owner, hostName: "fern", ciaddr: address }))?.type,
      "ACK",
    );
  });

test("who declines one address after the other empties no pool faster than it may join", async () => {
  const lab = new ServerLab({ section });
  let declined = 0;
  for (let second = 0; second < 30; second++) {
    for (let times = 0; times < 20; times++) {
      const mac = macOf(second * 20 + times);
      const offer = await lab.ask({ type: "DISCOVER", mac });
      if (offer === undefined) continue;
      await lab.hear({ type: "DECLINE", mac, requested: offer.address });
      declined++;
    }
    await lab.pass(1);
  }
  assert.ok(declined <= 50 + 10 * 30, `${declined}`);
  assert.deepEqual(
    [...lab.table.pools].map((pool) => pool.declined),
    [declined, 0, 0],
  );
});

test("one client that declines again and again is a new one each time", async () => {
  const lab = new ServerLab({ section });
  let declined = 0;
  for (let times = 0; times < 600; times++) {
    const offer = await lab.ask({ type: "DISCOVER", mac: "01" });
    if (offer === undefined) continue;
    await lab.hear({ type: "DECLINE", mac: "01", requested: offer.address });
    declined++;
  }
  assert.ok(declined <= 50, `${declined} addresses in quarantine`);
});
