import assert from "node:assert/strict";
import { test } from "node:test";
import { openMemoryStore } from "#platform/store/memory-store.ts";
import { FakeZone } from "./fake-zone.testing.ts";
import type { HostErrorCode } from "./host-error.ts";
import { type HostWish, UpdateHosts } from "./update-hosts.ts";

const nowMs = (): number => 1_700_000_000_000;
const a = "a.dyn.example";

async function open(store = openMemoryStore({ nowMs })) {
  const zone = new FakeZone(store);
  const forgotten: string[] = [];
  const secrets = { forget: (user: string): void => void forgotten.push(user) };
  const load = (): Promise<UpdateHosts> => UpdateHosts.load({ store, registry: () => zone, nowMs, secrets });
  return { store, zone, forgotten, load, hosts: await load() };
}

const keysOf = async ({ store }: Pick<Awaited<ReturnType<typeof open>>, "store">): Promise<string[]> =>
  (await store.list("ddns/")).map(({ key }) => key);

test("a host has a secret that is told once and not kept", async () => {
  const desk = await open();
  const { host, secret } = await desk.hosts.add({ name: "A.dyn.example." });
  assert.equal(host.user, a);
  assert.ok(secret !== undefined && secret.length > 30);
  assert.doesNotMatch(JSON.stringify(await desk.store.list("")), new RegExp(secret));
  const again = (await desk.load()).table.host(a);
  assert.deepEqual(again?.value, host.value);
});

test("a second name of a user is a name more, and no new secret", async () => {
  const { hosts } = await open();
  await hosts.add({ name: a, user: "Friend" });
  const { host, secret } = await hosts.add({ name: "b.dyn.example", user: "friend" });
  assert.equal(secret, undefined);
  assert.deepEqual(
    host.names.map(({ entry }) => entry.name),
    [a, "b.dyn.example"],
  );
  assert.equal(hosts.table.hostOf("b.dyn.example")?.user, "friend");
});

const refusals: readonly (readonly [why: string, wish: HostWish, code: HostErrorCode, want: RegExp])[] = [
  ["a name that is there", { name: a, user: "other" }, "HP_DDNS_HOST_TAKEN", /name of friend already/],
  ["a name that is a user", { name: "user.example", user: "x" }, "HP_DDNS_HOST_TAKEN", /the user of another/],
  ["a user that is a name", { name: "c.dyn.example", user: a }, "HP_DDNS_HOST_TAKEN", /is a name of friend/],
  ["a name of one label", { name: "laptop" }, "HP_DDNS_HOST_INVALID", /no full name/],
  ["a name that is none", { name: "a b.example" }, "HP_DDNS_HOST_INVALID", /no full name/],
  ["a user that is none", { name: "c.example", user: "a/b" }, "HP_DDNS_HOST_INVALID", /no user name/],
  [
    "an identifier that is none",
    { name: "c.example", interfaceId: "1" },
    "HP_DDNS_HOST_INVALID",
    /no interface/,
  ],
  [
    "following another's name",
    { name: "c.example", interfaceId: "::1", follows: a },
    "HP_DDNS_HOST_INVALID",
    /is no name of/,
  ],
  [
    "following without an identifier",
    { name: "c.example", user: "friend", follows: a },
    "HP_DDNS_HOST_INVALID",
    /needs an interface/,
  ],
  [
    "an identifier of more than 64 bits",
    { name: "c.example", user: "friend", follows: a, interfaceId: "::1:0:0:0:1" },
    "HP_DDNS_HOST_INVALID",
    /has bits where/,
  ],
  ["a secret that is too short", { name: "c.example", secret: "abc" }, "HP_DDNS_HOST_INVALID", /6 to 256/],
  [
    "a secret for a user who has one",
    { name: "c.example", user: "friend", secret: "abcdef" },
    "HP_DDNS_HOST_INVALID",
    /host secret friend/,
  ],
];
for (const [why, wish, code, want] of refusals)
  test(`a host is not added: ${why}`, async () => {
    const desk = await open();
    await desk.hosts.add({ name: a, user: "friend" });
    await desk.hosts.add({ name: "d.example", user: "user.example" });
    const before = await keysOf(desk);
    await assert.rejects(desk.hosts.add(wish), (error: Error & { code?: string }) => {
      assert.match(error.message, want);
      return error.code === code;
    });
    assert.deepEqual(await keysOf(desk), before);
  });

test("a new secret ends the one before", async () => {
  const { hosts, forgotten } = await open();
  const { host, secret } = await hosts.add({ name: a });
  const renewed = await hosts.renewSecret(a);
  assert.notEqual(renewed.secret, secret);
  assert.notEqual(renewed.host.value.secretHash, host.value.secretHash);
  assert.deepEqual(forgotten, [a]);
  assert.equal((await hosts.renewSecret(a, "of editdns")).secret, "of editdns");
});

async function withRecords() {
  const desk = await open();
  await desk.hosts.add({ name: a, user: "friend" });
  await desk.hosts.add({ name: "nas.dyn.example", user: "friend", interfaceId: "::1", follows: a });
  for (const name of [a, "nas.dyn.example"]) {
    const value = { ipv4: "8.8.4.4", updatedAtMs: 1, faults: 0, faultsSinceMs: 0 };
    const alongside = [{ do: "put", key: `ddns/host-names/${name}`, value } as const];
    await desk.zone.publish(
      { name, addresses: ["8.8.4.4"], ttl: 60, owner: "ddns-host:friend" },
      { alongside },
    );
  }
  return { ...desk, hosts: await desk.load() };
}

test("a name goes with its records, and what followed it follows nothing", async () => {
  const desk = await withRecords();
  assert.equal(desk.hosts.table.name(a)?.value.ipv4, "8.8.4.4");
  assert.deepEqual(await desk.hosts.remove("friend", a), [a]);
  assert.deepEqual(desk.zone.texts(), ["nas.dyn.example 8.8.4.4 ddns-host:friend"]);
  assert.deepEqual(await keysOf(desk), ["ddns/host-names/nas.dyn.example", "ddns/hosts/friend"]);
  assert.deepEqual(desk.hosts.table.host("friend")?.value.names, [
    { name: "nas.dyn.example", interfaceId: "::1" },
  ]);
  assert.deepEqual(desk.hosts.table.name("nas.dyn.example")?.entry.follows, undefined);
});

test("a host goes with all of it", async () => {
  const desk = await withRecords();
  assert.deepEqual(await desk.hosts.remove("friend"), [a, "nas.dyn.example"]);
  assert.deepEqual([desk.zone.texts(), await keysOf(desk)], [[], []]);
  assert.equal(desk.hosts.table.hostOf(a), undefined);
  assert.deepEqual(desk.forgotten, ["friend"]);
});

for (const [why, act] of [
  ["a new secret", (hosts: UpdateHosts) => hosts.renewSecret("eve")],
  ["an end of a block", (hosts: UpdateHosts) => hosts.clear("eve")],
  ["a removal", (hosts: UpdateHosts) => hosts.remove("eve")],
  ["a removal of a name that it has not", (hosts: UpdateHosts) => hosts.remove("friend", "b.dyn.example")],
] as const)
  test(`nobody is known by that name: ${why}`, async () => {
    const { hosts } = await withRecords();
    await assert.rejects(async () => act(hosts), { code: "HP_DDNS_HOST_UNKNOWN" });
  });

test("records whose host went while no name server ran go with the next start", async () => {
  const desk = await withRecords();
  await desk.store.transact([], [{ do: "delete", key: "ddns/hosts/friend" }]);
  await (await desk.load()).settle();
  assert.deepEqual(desk.zone.texts(), []);
});

test("what a newer version wrote is left alone, and told", async () => {
  const desk = await withRecords();
  const value = { ...((await desk.store.get("ddns/hosts/friend"))?.value as object), keys: [] };
  await desk.store.transact([], [{ do: "put", key: "ddns/hosts/friend", value }]);
  const hosts = await desk.load();
  assert.match(hosts.problems[0]?.what ?? "", /1 of the hosts' entries.* ddns\/hosts\/friend$/);
  await hosts.settle();
  await assert.rejects(hosts.add({ name: "c.example", user: "friend" }), { code: "HP_DDNS_HOST_NEWER" });
  assert.equal(desk.zone.texts().length, 2);
  assert.deepEqual((await desk.store.get("ddns/hosts/friend"))?.value, value);
});
