/** Names of leases in zones that named and knotd keep: signed updates, with each kind of guard. */
import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { test } from "node:test";
import { type GuardKind, guardOf } from "../../src/capabilities/dhcp/names/guards.ts";
import { RemoteNames } from "../../src/capabilities/dhcp/names/remote/remote-names.ts";
import type { RemoteWish } from "../../src/capabilities/dhcp/names/remote/remote-publisher.ts";
import { readRemoteZones } from "../../src/capabilities/dhcp/names/remote/remote-zones.ts";
import { systemClock } from "../../src/platform/clock/clock.ts";
import { askTcp, askUdp } from "../../src/platform/dns-query/ask.ts";
import { collectLog } from "../../src/platform/log/collected-log.ts";
import { openMemoryStore } from "../../src/platform/store/memory-store.ts";
import { parseIpv4 } from "../../src/protocols/dns/fields/addresses.ts";
import { requirePeer } from "../peers.ts";
import { bindKey, keyOf, type LabKey, LabPeer, peerPackageOf } from "./lab-peers.ts";
import { freePort, lookUp, until } from "./lab-tools.ts";

const forwardZone = "lan.example";
const reverseZone = "9.168.192.in-addr.arpa";
const head = `$TTL 300\n@ SOA ns.${forwardZone}. hostmaster.${forwardZone}. 1 3600 600 86400 60\n@ NS ns.${forwardZone}.\n`;
const zoneTexts = {
  [forwardZone]: `${head}ns A 127.0.0.1\nstatic A 192.168.9.200\n`,
  [reverseZone]: head,
};
const fern = { mac: "525400000001", owner: "dhcp:01:52:54:00:00:00:01" };
const moss = { mac: "525400000002", owner: "dhcp:01:52:54:00:00:00:02" };

const configOf: Readonly<Record<"named" | "knotd", (peer: LabPeer, key: LabKey) => string>> = {
  named: (_, key) => {
    const zones = Object.keys(zoneTexts).map(
      (zone) => `zone "${zone}" { type primary; file "${zone}.db"; allow-update { key "${key.name}"; }; };`,
    );
    return `notify no;\n---\n${bindKey(key)}${zones.join("\n")}\n`;
  },
  knotd: ({ folder }, key) => {
    const zones = Object.keys(zoneTexts).map(
      (zone) => `  - domain: ${zone}\n    file: ${zone}.db\n    acl: change\n`,
    );
    return `key:
  - id: ${key.name}
    algorithm: ${key.algorithm}
    secret: ${key.secret}
acl:
  - id: change
    key: ${key.name}
    action: update
template:
  - id: default
    storage: "${folder}"
zone:
${zones.join("")}`;
  },
};

function wishOf(client: typeof fern, name: string, address: string, kind: GuardKind): RemoteWish {
  const identity = { hardwareType: 1, hardwareAddress: Uint8Array.fromHex(client.mac) };
  const guard = guardOf(kind, name, identity);
  const { owner } = client;
  return { name, owner, address: parseIpv4(address), ttl: 300, guard, forward: true, reverse: true };
}

/** How a server that is there keeps names; `key`: what signs, also when it is not what the server has. */
async function openNames(peer: { readonly port: number }, key: LabKey) {
  const store = openMemoryStore();
  const remote = Object.keys(zoneTexts).map((zone) => ({
    zone,
    server: `127.0.0.1 port ${peer.port}`,
    key: { name: key.name, algorithm: key.algorithm as "hmac-sha256", secret: key.secret },
  }));
  const { zones, problems } = readRemoteZones(remote, "/");
  assert.deepEqual(
    problems.filter(({ severity }) => severity === "error"),
    [],
  );
  const names = await RemoteNames.open(zones, {
    store,
    clock: systemClock,
    askUdp,
    askTcp,
    randomId: () => randomInt(0x10000),
    log: collectLog().log,
  });
  return {
    names,
    wish: async (wish: RemoteWish): Promise<void> => {
      const change = names.wish(wish);
      assert.ok(change !== undefined && !("problem" in change));
      await store.transact([], change.operations);
      change.settle();
    },
    withdraw: async (name: string, address: string): Promise<void> => {
      const change = names.withdraw({ name, address: parseIpv4(address), mayOwn: () => true });
      assert.ok(change !== undefined);
      await store.transact([], change.operations);
      change.settle();
    },
    done: (told: () => string) => until("all is done", () => names.pending === 0 || undefined, { told }),
  };
}

for (const program of ["named", "knotd"] as const) {
  for (const [guard, algorithm] of [
    ["dhcid", "hmac-sha256"],
    ["txt", "hmac-md5"],
    ["none", "hmac-sha512"],
  ] as const) {
    test(`${program} has the names of leases, guarded by ${guard}, signed by ${algorithm}`, async (t) => {
      if (!requirePeer(t, program, peerPackageOf[program]) || !requirePeer(t, "dig", "bind9-dnsutils"))
        return;
      const key = keyOf(algorithm);
      const peer = await LabPeer.place(t, program);
      for (const [zone, text] of Object.entries(zoneTexts)) peer.write(`${zone}.db`, text);
      await peer.start(configOf[program](peer, key));
      const { names, wish, withdraw, done } = await openNames(peer, key);
      t.after(() => names[Symbol.asyncDispose]());
      const told = (): string => `${JSON.stringify(names.problems)}\n${peer.log().slice(-3000)}`;
      const shows = async (name: string, type: string, ...wanted: readonly string[]): Promise<void> =>
        assert.deepEqual(await lookUp(peer.port, name, type), wanted, `${name} ${type}`);
      const guardAt = (name: string) => lookUp(peer.port, name, guard === "txt" ? "TXT" : "DHCID");

      const name = `fern.${forwardZone}.`;
      await wish(wishOf(fern, name, "192.168.9.17", guard));
      await done(told);
      await shows(name, "A", "192.168.9.17");
      await shows(`17.${reverseZone}`, "PTR", name);
      assert.equal((await guardAt(name)).length, guard === "none" ? 0 : 1);

      // The client moves
      await wish(wishOf(fern, name, "192.168.9.30", guard));
      await done(told);
      await shows(name, "A", "192.168.9.30");
      await shows(`17.${reverseZone}`, "PTR");
      await shows(`30.${reverseZone}`, "PTR", name);

      // Somebody else's
      const taken = `static.${forwardZone}.`;
      await wish(wishOf(moss, taken, "192.168.9.18", guard));
      await done(told);
      await shows(taken, "A", "192.168.9.200");
      await shows(`18.${reverseZone}`, "PTR");
      const problem = `static.${forwardZone} is another owner's at the server 127.0.0.1 port ${peer.port}`;
      assert.deepEqual(names.stateOf(taken), { pending: false, problem });

      // Another server of ours, which knows nothing of the first, with another client of that name
      const other = await openNames(peer, key);
      t.after(() => other.names[Symbol.asyncDispose]());
      await other.wish(wishOf(moss, name, "192.168.9.31", guard));
      await other.done(told);
      assert.match(other.names.stateOf(name)?.problem ?? "", /another owner's/);
      await shows(name, "A", "192.168.9.30");

      await withdraw(name, "192.168.9.30");
      await withdraw(taken, "192.168.9.18");
      await done(told);
      await shows(name, "A");
      await shows(`30.${reverseZone}`, "PTR");
      assert.deepEqual(await guardAt(name), []);
      await shows(taken, "A", "192.168.9.200");
    });
  }

  test(`${program} that begins late, and first with another key, gets the names in the end`, async (t) => {
    if (!requirePeer(t, program, peerPackageOf[program]) || !requirePeer(t, "dig", "bind9-dnsutils")) return;
    const key = keyOf("hmac-sha256");
    const peer = await LabPeer.place(t, program);
    for (const [zone, text] of Object.entries(zoneTexts)) peer.write(`${zone}.db`, text);
    const { names, wish, done } = await openNames(peer, key);
    t.after(() => names[Symbol.asyncDispose]());
    const name = `fern.${forwardZone}.`;
    await wish(wishOf(fern, name, "192.168.9.17", "dhcid"));
    const hasProblem = (what: RegExp) =>
      until(
        `a problem that says ${what}`,
        () => names.problems.some((problem) => what.test(problem.what)) || undefined,
        { told: () => JSON.stringify(names.problems) },
      );
    await hasProblem(/nothing listens on that port/);
    await peer.start(
      configOf[program](peer, { ...key, secret: Buffer.alloc(32, "other").toString("base64") }),
    );
    await hasProblem(/secret of the key is another one \(BADSIG\)/);
    peer.reload(configOf[program](peer, key));
    await done(() => `${JSON.stringify(names.problems)}\n${peer.log().slice(-3000)}`);
    assert.deepEqual(await lookUp(peer.port, name, "A"), ["192.168.9.17"]);
    assert.deepEqual(names.problems, []);
  });
}

test("a port that nobody listens on delays nobody", async () => {
  const { names, wish } = await openNames({ port: await freePort() }, keyOf("hmac-sha256"));
  const startMs = performance.now();
  for (let host = 1; host <= 100; host++)
    await wish(wishOf(fern, `h${host}.${forwardZone}.`, `192.168.9.${host}`, "dhcid"));
  assert.ok(performance.now() - startMs < 1_000);
  assert.equal(names.pending, 100);
  await names[Symbol.asyncDispose]();
});
