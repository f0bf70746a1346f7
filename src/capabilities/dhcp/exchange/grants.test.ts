import assert from "node:assert/strict";
import test from "node:test";
import { setImmediate } from "node:timers/promises";
import { parseIpv4 } from "#protocols/dns/fields/addresses.ts";
import { publishedName } from "../leases/lease.ts";
import { pastLeaseKey } from "../leases/lease-value.ts";
import { limits } from "../limits.ts";
import { ServerLab, startSeconds } from "./exchange.testing.ts";
import { clientKey, serverAddress } from "./said.testing.ts";

const section = { leaseTime: "1h" };
const domain = "lan.example";
const names = [
  ["without a name", {}, undefined],
  ["with its name", { domain }, "fern"],
] as const;

function counted(lab: ServerLab) {
  return [...lab.table.pools].map(({ used, declined, space }) => [used, declined, space.untouched]);
}

for (const [how, options, hostName] of names) {
  const who = { mac: "01", ...(hostName && { hostName }) };

  test(`an ACK leaves when the lease ${how} is durable, and not before`, async () => {
    const lab = new ServerLab({ section, ...options });
    const offer = await lab.ask({ type: "DISCOVER", ...who });
    const goOn = lab.holdBack();
    const request = { type: "REQUEST", ...who, requested: offer!.address, server: serverAddress } as const;
    lab.exchanges.take(...lab.heard(request));
    for (let turn = 0; turn < 20; turn++) await setImmediate();
    assert.deepEqual(lab.sent(), []);
    assert.deepEqual(lab.told, []);
    assert.equal(await lab.stored(offer!.address), undefined);
    goOn();
    await lab.settle();
    assert.deepEqual(
      lab.sent().map(({ type, address }) => [type, address]),
      [["ACK", offer!.address]],
    );
    assert.partialDeepStrictEqual(await lab.stored(offer!.address), {
      client: clientKey("01"),
      state: "bound",
    });
    assert.deepEqual(
      lab.told.map(({ kind, name }) => [kind, name]),
      [["granted", hostName && `${hostName}.${domain}.`]],
    );
  });

  test(`what the disk refuses ${how} has never been: no ACK, the table as before, and it works again by itself`, async () => {
    const lab = new ServerLab({ section, ...options });
    const offer = await lab.ask({ type: "DISCOVER", ...who });
    const request = { type: "REQUEST", ...who, requested: offer!.address, server: serverAddress } as const;
    lab.fill();
    assert.equal(await lab.ask(request), undefined);
    assert.equal(lab.leaseAt(offer!.address), undefined);
    assert.deepEqual(counted(lab), [[0, 0, 10]]);
    assert.deepEqual(lab.told, []);
    assert.equal(lab.counters.ignored.commitFailed, 1);
    assert.equal(lab.writer.failure?.code, "HP_STORE_FULL");
    lab.recover();
    assert.equal((await lab.ask(request))?.type, "ACK");
    assert.equal(lab.writer.failure, undefined);
    assert.deepEqual(lab.registry.texts().length, hostName === undefined ? 0 : 1);
  });

  test(`a renewal that the disk refuses ${how} leaves the lease as it was`, async () => {
    const lab = new ServerLab({ section, ...options });
    const address = await lab.join(who);
    const before = lab.leaseAt(address);
    await lab.pass(1_800);
    lab.fill();
    assert.equal(await lab.ask({ type: "REQUEST", ...who, ciaddr: address }), undefined);
    assert.equal(lab.leaseAt(address), before);
    await lab.pass(1_800);
    lab.recover();
    await lab.pass(1);
    assert.equal(lab.leaseAt(address)!.state, "expired");
  });
}

test("a request that comes a second time while the first is under way is not answered twice", async () => {
  const lab = new ServerLab({ section });
  const offer = await lab.ask({ type: "DISCOVER", mac: "01" });
  const request = { type: "REQUEST", mac: "01", requested: offer!.address, server: serverAddress } as const;
  const goOn = lab.holdBack();
  for (let time = 0; time < 3; time++) lab.exchanges.take(...lab.heard(request));
  lab.exchanges.take(...lab.heard({ type: "DISCOVER", mac: "01" }));
  goOn();
  await lab.settle();
  assert.deepEqual(
    lab.sent().map(({ type }) => type),
    ["ACK"],
  );
  assert.equal(lab.counters.ignored.underWay, 3);
});

test("two clients that want one address at once: one has it, and the other never", async () => {
  const lab = new ServerLab({ section });
  const goOn = lab.holdBack();
  for (const mac of ["01", "02"])
    lab.exchanges.take(...lab.heard({ type: "REQUEST", mac, requested: "192.0.2.105" }));
  goOn();
  await lab.settle();
  assert.equal(lab.leaseAt("192.0.2.105")!.client, clientKey("01"));
  assert.deepEqual(
    lab.sent().map(({ type, message }) => `${type} ${message.hardwareAddress.toHex()}`),
    ["NAK 525400000002", "ACK 525400000001"],
  );
});

test("who asks again at once is told the same, without the disk", async () => {
  const lab = new ServerLab({ section });
  const address = await lab.join({ mac: "01" });
  const before = lab.transactions;
  await lab.pass(600);
  const ack = await lab.ask({ type: "REQUEST", mac: "01", ciaddr: address });
  assert.deepEqual([ack!.type, ack!.leaseSeconds, lab.transactions], ["ACK", 3_000, before]);
  assert.equal(lab.told.length, 1, "nothing has happened");
});

test("the name of who asks again at once is looked after, in case it was elsewhere meanwhile", async () => {
  const lab = new ServerLab({ section, domain });
  const address = await lab.join({ mac: "01", hostName: "fern" });
  const calls = lab.registry.calls.length;
  await lab.pass(600);
  await lab.ask({ type: "REQUEST", mac: "01", hostName: "fern", ciaddr: address });
  await lab.settle();
  const owner = "dhcp:01:52:54:00:00:00:01";
  assert.deepEqual(lab.registry.calls.slice(calls), [`publish fern.lan.example. ${owner}`]);
  assert.equal(lab.told.length, 1, "nothing has happened to the lease");
});

test("a lease that is given back while its name is looked after loses the name for good", async () => {
  const lab = new ServerLab({ section, domain });
  const said = { mac: "01", hostName: "fern" };
  const ciaddr = await lab.join(said);
  lab.exchanges.take(...lab.heard({ type: "REQUEST", ...said, ciaddr }));
  lab.life.release(lab.leaseAt(ciaddr)!).catch(assert.fail);
  await lab.settle();
  assert.equal(lab.leaseAt(ciaddr)!.state, "released");
  assert.deepEqual(lab.registry.texts(), []);
});

const changes: readonly (readonly [what: string, seconds: number, said: object])[] = [
  ["a quarter of its time has passed", 3_600 * limits.freshShare, {}],
  ["it calls itself otherwise", 1, { hostName: "moss" }],
  ["it asks for a shorter time", 1, { options: { 51: "000000f0" } }],
  ["it comes through another port of its relay", 1, { giaddr: "192.0.2.2", options: { 82: "010161" } }],
];

for (const [what, seconds, said] of changes)
  test(`the lease is written when ${what}`, async () => {
    const lab = new ServerLab({ section });
    const address = await lab.join({ mac: "01" });
    const before = lab.transactions;
    await lab.pass(seconds);
    const ack = await lab.ask({ type: "REQUEST", mac: "01", ciaddr: address, ...said });
    assert.equal(ack!.type, "ACK");
    assert.equal(lab.transactions, before + 1);
    const lease = lab.leaseAt(address)!;
    assert.equal(lease.expiresAt - lab.clock.nowSeconds(), ack!.leaseSeconds);
    assert.deepEqual([lease.since, lease.renewedAt], [startSeconds, startSeconds + seconds]);
    assert.equal(lab.told.at(-1)!.kind, "renewed");
  });

test("a client that moves to its reservation gives the old address back in the same transaction", async () => {
  const lab = new ServerLab({ section });
  const old = await lab.join({ mac: "01" });
  lab.use({ ...section, hosts: [{ name: "fern", macs: ["52:54:00:00:00:01"], address: "192.0.2.17" }] });
  await lab.pass(1_800);
  const nak = await lab.ask({ type: "REQUEST", mac: "01", ciaddr: old });
  assert.equal(nak!.sentence, "the address is not what is reserved for this machine");
  const offer = await lab.ask({ type: "DISCOVER", mac: "01" });
  assert.equal(offer!.address, "192.0.2.17");
  const before = lab.transactions;
  const request = { type: "REQUEST", mac: "01", requested: offer!.address, server: serverAddress } as const;
  lab.fill();
  assert.equal(await lab.ask(request), undefined);
  assert.equal(lab.leaseAt(old)!.state, "bound");
  lab.recover();
  assert.equal((await lab.ask(request))!.type, "ACK");
  assert.equal(lab.transactions, before + 2);
  assert.partialDeepStrictEqual(await lab.stored(old), {
    state: "released",
    expiresAt: startSeconds + 1_800,
  });
  assert.equal(lab.leaseAt(old)!.state, "released");
  assert.deepEqual(
    lab.told.map(({ kind, address }) => `${kind} ${address}`),
    [`granted ${old}`, "granted 192.0.2.17", `released ${old}`],
  );
});

test("the name of a client that moves goes with it", async () => {
  const lab = new ServerLab({ section, domain });
  const old = await lab.join({ mac: "01", hostName: "fern" });
  const next = old === "192.0.2.105" ? "192.0.2.106" : "192.0.2.105";
  await lab.hear({ type: "REQUEST", mac: "01", hostName: "fern", requested: next });
  assert.deepEqual(lab.registry.texts(), [`fern.lan.example. ${next} dhcp:01:52:54:00:00:00:01`]);
  assert.deepEqual(
    [old, next].map((at) => publishedName(lab.leaseAt(at))),
    [undefined, "fern.lan.example."],
  );
});

test("a network card that takes its host's address over takes away the name of the one before", async () => {
  const macs = ["52:54:00:00:00:01", "52:54:00:00:00:02"];
  const lab = new ServerLab({ section: { ...section, hosts: [{ macs, address: "192.0.2.17" }] }, domain });
  await lab.join({ mac: "01", hostName: "by-wire" });
  assert.deepEqual(lab.registry.texts().length, 1);
  assert.equal(await lab.join({ mac: "02", hostName: "by-radio" }), "192.0.2.17");
  assert.deepEqual(lab.registry.texts(), ["by-radio.lan.example. 192.0.2.17 dhcp:01:52:54:00:00:00:02"]);
  assert.deepEqual(
    (await pastLeaseKey.list(lab.store)).map(({ name, value }) => [name, value.end]),
    [[`192.0.2.17/${startSeconds}`, "taken-back"]],
  );
});

test("a network card that had an address of its own gives both names back, that one's and its own", async () => {
  const macs = ["52:54:00:00:00:01", "52:54:00:00:00:02"];
  const lab = new ServerLab({ section, domain });
  const own = await lab.join({ mac: "02", hostName: "by-radio" });
  lab.use({ ...section, hosts: [{ macs, address: "192.0.2.17" }] });
  await lab.join({ mac: "01", hostName: "by-wire" });
  await lab.hear({ type: "REQUEST", mac: "02", requested: "192.0.2.17", hostName: "other" });
  assert.deepEqual(lab.registry.texts(), ["other.lan.example. 192.0.2.17 dhcp:01:52:54:00:00:00:02"]);
  assert.equal(lab.leaseAt(own)!.state, "released");
});

test("who comes back after its time begins another lease, and the one before is in the history", async () => {
  const lab = new ServerLab({ section });
  const address = await lab.join({ mac: "01" });
  await lab.pass(7_200);
  assert.equal(await lab.join({ mac: "01" }), address);
  assert.deepEqual(
    (await pastLeaseKey.list(lab.store)).map(({ value: { since, until, end } }) => [since, until, end]),
    [[startSeconds, startSeconds + 3_600, "expired"]],
  );
  assert.equal(lab.leaseAt(address)!.since, startSeconds + 7_200);
});

test("more answers than may wait for the disk are not begun", async () => {
  const pools = ["10.0.1.0-10.0.40.255"];
  const lab = new ServerLab({
    section: {
      newClients: { perSecond: 100_000, burst: 100_000 },
      subnets: [{ subnet: "10.0.0.0/16", interface: "eth1", pools }],
    },
  });
  const goOn = lab.holdBack();
  const count = limits.commitsWaitingMax + 100;
  for (let number = 0; number < count; number++) {
    const mac = `525401${number.toString(16).padStart(6, "0")}`;
    const requested = `10.0.${1 + (number >> 8)}.${number & 255}`;
    lab.exchanges.take(...lab.heard({ type: "REQUEST", mac, requested }));
  }
  assert.ok(lab.counters.ignored.commitsWaiting >= 99);
  goOn();
  await lab.settle();
  assert.equal(lab.sent().length + lab.counters.ignored.commitsWaiting, count);
  assert.equal(lab.counters.commits.failed, 0);
});

test("a client that takes two messages for four has its lease after one", async () => {
  const lab = new ServerLab({ section: { ...section, rapidCommit: true } });
  const ack = await lab.ask({ type: "DISCOVER", mac: "01", options: { 80: "" } });
  assert.deepEqual([ack!.type, ack!.message.options.has(80)], ["ACK", true]);
  assert.equal(lab.table.at(parseIpv4(ack!.address))!.state, "bound");
});

test("a lease keeps what the client has said of itself when it says less at its renewal", async () => {
  const lab = new ServerLab({ section });
  const said = { mac: "01", hostName: "fern", giaddr: "192.0.2.2", options: { 60: "7078", 82: "010161" } };
  const address = await lab.join(said);
  await lab.pass(1_800);
  await lab.ask({ type: "REQUEST", mac: "01", ciaddr: address, to: serverAddress });
  const { hostName, vendorClass, agent, renewedAt } = lab.leaseAt(address)!;
  assert.deepEqual([hostName, vendorClass, agent, renewedAt], ["fern", "px", "010161", startSeconds + 1_800]);
});
