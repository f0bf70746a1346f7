import assert from "node:assert/strict";
import test from "node:test";
import { setImmediate } from "node:timers/promises";
import { limits } from "../limits.ts";
import { ServerLab } from "./exchange.testing.ts";
import { hardwareOf, serverAddress } from "./said.testing.ts";

const probing = { probe: "auto", declineTime: "1h" };
const stranger = hardwareOf("fe");

test("an address is asked for before it is offered to a new client, and offered when nobody answers", async () => {
  const lab = new ServerLab({ section: probing });
  const offer = await lab.ask({ type: "DISCOVER", mac: "01" });
  assert.equal(offer!.type, "OFFER");
  assert.deepEqual(lab.probed, [offer!.address]);
  assert.deepEqual(lab.counters.probes, { free: 1, used: 0, failed: 0 });
});

test("one that somebody uses goes into quarantine, and the client is offered the next", async () => {
  const lab = new ServerLab({ section: probing });
  const offer = await lab.ask({ type: "DISCOVER", mac: "01", requested: "192.0.2.105" });
  assert.equal(offer!.address, "192.0.2.105");
  const other = new ServerLab({ section: probing });
  other.users.set("192.0.2.105", stranger);
  const next = await other.ask({ type: "DISCOVER", mac: "01", requested: "192.0.2.105" });
  assert.equal(next!.type, "OFFER");
  assert.notEqual(next!.address, "192.0.2.105");
  const lease = other.leaseAt("192.0.2.105")!;
  assert.deepEqual(
    [lease.state, lease.hardware, lease.expiresAt - lease.renewedAt],
    ["declined", "015254000000fe", 3_600],
  );
  assert.partialDeepStrictEqual(await other.stored("192.0.2.105"), { state: "declined" });
  assert.equal(other.told.at(-1)!.kind, "declined");
});

test("and so is one that a client would have after two messages", async () => {
  const lab = new ServerLab({ section: { ...probing, rapidCommit: true } });
  lab.users.set("192.0.2.105", stranger);
  const said = { type: "DISCOVER", mac: "01", requested: "192.0.2.105", options: { 80: "" } } as const;
  const ack = await lab.ask(said);
  assert.equal(ack!.type, "ACK");
  assert.notEqual(ack!.address, "192.0.2.105");
  assert.equal(lab.leaseAt("192.0.2.105")!.state, "declined");
  assert.deepEqual([lab.leaseAt(ack!.address)!.state, lab.table.offers.size], ["bound", 0]);
});

test("after several in a row the client is offered nothing, and may ask again", async () => {
  const lab = new ServerLab({ section: probing });
  for (let last = 100; last < 110; last++) lab.users.set(`192.0.2.${last}`, stranger);
  assert.equal(await lab.ask({ type: "DISCOVER", mac: "01" }), undefined);
  assert.equal(lab.probed.length, limits.probeTriesMax);
  assert.equal(
    lab.lines.at(-1)!.sentence,
    "several addresses in a row are in use by machines without a lease",
  );
});

test("a client that still uses the address is not somebody else", async () => {
  const lab = new ServerLab({ section: probing });
  lab.users.set("192.0.2.105", hardwareOf("01"));
  const offer = await lab.ask({ type: "DISCOVER", mac: "01", requested: "192.0.2.105" });
  assert.equal(offer!.address, "192.0.2.105");
});

test("nor is another network card of its host, whether it has the lease or not", async () => {
  const macs = ["52:54:00:00:00:01", "52:54:00:00:00:02"];
  for (const giaddr of [undefined, "192.0.2.2"])
    for (const hasLease of [true, false]) {
      const lab = new ServerLab({ section: { ...probing, hosts: [{ macs, address: "192.0.2.17" }] } });
      const via = giaddr === undefined ? {} : { giaddr };
      if (hasLease) await lab.join({ mac: "01", ...via });
      else if (giaddr !== undefined) continue; // ICMP does not tell who answers
      await lab.pass(limits.probeFreeMs / 1_000);
      lab.users.set("192.0.2.17", hardwareOf("01"));
      assert.equal(await lab.join({ mac: "02", ...via }), "192.0.2.17");
      assert.equal(lab.counters.leases.declined, 0);
    }
});

test("behind a relay it is ICMP that asks, which does not tell who answers", async () => {
  const lab = new ServerLab({ section: probing });
  lab.users.set("192.0.2.105", hardwareOf("01"));
  const said = { type: "DISCOVER", mac: "01", giaddr: "192.0.2.2", requested: "192.0.2.105" } as const;
  const offer = await lab.ask(said);
  assert.notEqual(offer!.address, "192.0.2.105");
  assert.equal(lab.leaseAt("192.0.2.105")!.hardware, "");
});

test("neither a renewal nor an offer to who has the lease waits for a probe", async () => {
  const lab = new ServerLab({ section: probing });
  const address = await lab.join({ mac: "01" });
  await lab.pass(8 * 3_600);
  const asked = lab.probed.length;
  assert.equal((await lab.ask({ type: "REQUEST", mac: "01", ciaddr: address }))!.type, "ACK");
  assert.equal((await lab.ask({ type: "DISCOVER", mac: "01" }))!.address, address);
  assert.equal(lab.probed.length, asked);
});

test("who has the lease keeps its address with it, and not with an offer, unless it ends before that", async () => {
  const lab = new ServerLab({ section: { ...probing, leaseTime: "10m" } });
  const address = await lab.join({ mac: "01" });
  await lab.pass(570 - 1);
  assert.equal((await lab.ask({ type: "DISCOVER", mac: "01" }))!.address, address);
  assert.equal(lab.table.offers.size, 0);
  await lab.pass(1);
  await lab.ask({ type: "DISCOVER", mac: "01" });
  assert.equal(lab.table.offers.size, 1);
});

test("an address that was free is taken to be so for a while", async () => {
  const lab = new ServerLab({ section: probing });
  const ask = (mac: string) => lab.ask({ type: "DISCOVER", mac, requested: "192.0.2.105" });
  await ask("01");
  await ask("01");
  assert.equal(lab.probed.length, 1);
  await lab.pass(limits.probeFreeMs / 1_000);
  await ask("01");
  assert.equal(lab.probed.length, 2);
});

test("no more probes run at once than may: those beyond get no answer", async () => {
  const subnets = [{ subnet: "10.0.0.0/16", interface: "eth1", pools: ["10.0.1.0-10.0.20.255"] }];
  const lab = new ServerLab({
    section: { ...probing, subnets, newClients: { perSecond: 9_999, burst: 9_999 } },
  });
  for (let number = 0; number < limits.probesUnderWayMax + 7; number++) {
    const mac = `525401${number.toString(16).padStart(6, "0")}`;
    lab.exchanges.take(...lab.heard({ type: "DISCOVER", mac }));
  }
  await lab.settle();
  assert.equal(lab.sent().length, limits.probesUnderWayMax);
  assert.equal(lab.counters.ignored.probesWaiting, 7);
});

test("a client that has asked for something else while one was asked for is not offered the first", async () => {
  const lab = new ServerLab({ section: probing });
  lab.users.set("192.0.2.105", stranger);
  for (const requested of ["192.0.2.105", "192.0.2.104"])
    lab.exchanges.take(...lab.heard({ type: "REQUEST", mac: "01", requested }));
  await lab.settle();
  assert.deepEqual(
    lab.sent().map(({ type, address }) => `${type} ${address}`),
    ["ACK 192.0.2.104"],
  );
  assert.equal(lab.leaseAt("192.0.2.105"), undefined);
});

test("a client that is not known and remembers an address gets it when nobody else is there", async () => {
  const lab = new ServerLab({ section: probing });
  lab.users.set("192.0.2.105", stranger);
  const [taken, free] = ["192.0.2.105", "192.0.2.104"].map(
    (requested) => ({ type: "REQUEST", mac: "01", requested }) as const,
  );
  const nak = await lab.ask(taken!);
  assert.deepEqual([nak!.type, nak!.sentence], ["NAK", "the address has been declined"]);
  assert.equal(lab.leaseAt("192.0.2.105")!.state, "declined");
  assert.equal((await lab.ask(free!))!.type, "ACK");
  lab.users.set("192.0.2.103", hardwareOf("02"));
  const renewal = { type: "REQUEST", mac: "02", ciaddr: "192.0.2.103", to: serverAddress } as const;
  assert.equal((await lab.ask(renewal))!.type, "ACK", "who renews uses it itself");
  assert.deepEqual(lab.probed, ["192.0.2.105", "192.0.2.104"]);
});

test("of new clients a port brings so many; those on record, of the site file and with an offer come besides", async () => {
  const hosts = [{ name: "printer", macs: ["52:54:00:00:00:91"], address: "192.0.2.17" }];
  const lab = new ServerLab({ section: { hosts, newClients: { perSecond: 1, burst: 2 } } });
  const known = await lab.join({ mac: "01" });
  const offer = await lab.ask({ type: "DISCOVER", mac: "02" });
  assert.equal((await lab.ask({ type: "DISCOVER", mac: "02" }))!.address, offer!.address);
  for (const mac of ["03", "04"]) assert.equal(await lab.ask({ type: "DISCOVER", mac }), undefined);
  assert.equal(await lab.ask({ type: "REQUEST", mac: "05", requested: "192.0.2.109" }), undefined);
  assert.equal(lab.counters.ignored.newClientsLimited, 3);
  const request = { type: "REQUEST", mac: "02", requested: offer!.address, server: serverAddress } as const;
  assert.equal((await lab.ask(request))!.type, "ACK");
  assert.equal((await lab.ask({ type: "REQUEST", mac: "01", ciaddr: known }))!.type, "ACK");
  assert.equal(await lab.join({ mac: "91" }), "192.0.2.17");
  const relayed = { type: "DISCOVER", mac: "03", giaddr: "192.0.2.2" } as const;
  assert.equal((await lab.ask(relayed))!.type, "OFFER", "another port");
});

test("what is not answered is counted by its reason, and by its type", async () => {
  const lab = new ServerLab();
  await lab.hear({ type: "OFFER", mac: "01" });
  await lab.hear({ type: "DISCOVER", mac: "01", interface: "eth9" });
  await lab.hear({ type: "REQUEST", mac: "01", requested: "192.0.2.105", server: "192.0.2.9" });
  await lab.hear({ type: "RELEASE", mac: "01", ciaddr: "192.0.2.105" });
  lab.exchanges.take(new Uint8Array(20), lab.heard({ type: "DISCOVER", mac: "01" })[1]);
  const { received, ignored } = lab.counters;
  assert.deepEqual([received.other, received.DISCOVER, received.REQUEST, received.RELEASE], [1, 1, 1, 1]);
  const { notForServers, unknownNetwork, otherServer, notTheirLease, malformed } = ignored;
  assert.deepEqual([notForServers, unknownNetwork, otherServer, notTheirLease, malformed], [1, 1, 1, 1, 1]);
  assert.deepEqual(lab.sent(), []);
});

test("a release that the disk refuses changes nothing, and is counted", async () => {
  const lab = new ServerLab();
  const address = await lab.join({ mac: "01" });
  lab.fill();
  await lab.hear({ type: "RELEASE", mac: "01", ciaddr: address });
  await setImmediate();
  assert.equal(lab.leaseAt(address)!.state, "bound");
  assert.equal(lab.counters.ignored.commitFailed, 1);
});

test("an offer of a network that the site file loses while it is asked for is not made", async () => {
  const lab = new ServerLab({ section: probing });
  lab.exchanges.take(...lab.heard({ type: "DISCOVER", mac: "01" }));
  lab.use({ subnets: [{ subnet: "10.0.0.0/24", interface: "eth1" }] });
  await lab.settle();
  assert.deepEqual(lab.sent(), []);
});
