/**
 * Catalog zones (RFC 9432) end to end: what Homeport offers, named and knotd serve, and the other way round.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { requirePeer } from "../peers.ts";
import { LabHomeport } from "./lab-homeport.ts";
import { LabPeer, peerPackageOf } from "./lab-peers.ts";
import { update } from "./lab-primaries.ts";
import { lookUp, until } from "./lab-tools.ts";

const catalog = "catalog.example";
const head = "$TTL 300\n@ SOA ns hostmaster 1 3600 600 86400 300\n@ NS ns\nns A 127.0.0.1\n";
const zoneText = (address: string): string => `${head}www A ${address}\n`;

interface Server {
  readonly port: number;
}

/** Until the server answers for `www` of the zone, or no longer does. */
async function serves(server: Server, zone: string, want: boolean, told: () => string): Promise<void> {
  const attempt = async () =>
    (await lookUp(server.port, `www.${zone}`, "A")).length > 0 === want || undefined;
  await until(`${want ? "serves" : "no longer serves"} ${zone}`, attempt, {
    told: () => told().slice(-4000),
  });
}

const consumers = {
  named: ({ port }: Server) => `notify no; allow-transfer { any; };
  catalog-zones { zone "${catalog}" default-primaries { 127.0.0.1 port ${port}; } min-update-interval 0; };
---
zone "${catalog}" {
  type secondary; file "catalog.db"; primaries { 127.0.0.1 port ${port}; }; allow-notify { 127.0.0.1; };
};
`,
  knotd: ({ port }: Server, folder: string) => `remote:
  - id: primary
    address: 127.0.0.1@${port}
acl:
  - id: told
    address: 127.0.0.1
    action: notify
template:
  - id: default
    storage: "${folder}"
    zonefile-sync: -1
    master: primary
    acl: told
  - id: member
    storage: "${folder}"
    zonefile-sync: -1
    master: primary
    acl: told
zone:
  - domain: ${catalog}
    catalog-role: interpret
    catalog-template: member
`,
} as const;

for (const program of ["named", "knotd"] as const) {
  test(`${program} serves the zones that a catalog of Homeport lists, as site.yaml changes`, async (t) => {
    if (!requirePeer(t, program, peerPackageOf[program])) return;
    const peer = await LabPeer.place(t, program);
    const homeport = await LabHomeport.place(t);
    const dns = (...zones: readonly string[]) => ({
      allowTransfer: ["127.0.0.1"],
      zones: zones.map((name) => ({
        name,
        file: `${name}.db`,
        notify: "explicit",
        alsoNotify: [`127.0.0.1:${peer.port}`],
      })),
      catalogs: [{ name: catalog, zones: ["*"], notify: "explicit", alsoNotify: [`127.0.0.1:${peer.port}`] }],
    });
    const files = Object.fromEntries(
      ["one", "two", "three"].map((name, index) => [`${name}.example.db`, zoneText(`192.0.2.${index}`)]),
    );
    await homeport.start({ dns: dns("one.example", "two.example"), files });
    await peer.start(consumers[program](homeport, peer.folder));
    const told = (): string => peer.log() + homeport.logText();
    await serves(peer, "one.example", true, told);
    await serves(peer, "two.example", true, told);
    const { code, output } = await homeport.reload({ dns: dns("two.example", "three.example") });
    assert.equal(code, 0, output);
    await serves(peer, "three.example", true, told);
    await serves(peer, "one.example", false, told);
    await serves(peer, "two.example", true, told);
  });
}

/** Homeport follows the catalog of `peer`; `add` and `remove` change its members. */
async function follow(
  peer: LabPeer,
  homeport: LabHomeport,
  changes: { readonly add: () => Promise<void>; readonly remove: () => Promise<void> },
): Promise<void> {
  const told = (): string => homeport.logText() + peer.log().slice(-2000);
  const primaries = [`127.0.0.1:${peer.port}`];
  await homeport.start({ dns: { catalogs: [{ name: catalog, primaries }] } });
  await serves(homeport, "one.example", true, told);
  await serves(homeport, "two.example", false, told);
  await changes.add();
  await serves(homeport, "two.example", true, told);

  await homeport.stop("SIGKILL");
  await homeport.start();
  assert.equal((await lookUp(homeport.port, "www.two.example", "A")).length, 1, "at once after a restart");
  assert.equal((await lookUp(homeport.port, "www.one.example", "A")).length, 1);

  await changes.remove();
  await serves(homeport, "one.example", false, told);
  await serves(homeport, "two.example", true, told);
}

test("Homeport serves the members of a catalog of named, over a restart, until they are taken out", async (t) => {
  if (!requirePeer(t, "named", "bind9") || !requirePeer(t, "nsupdate", "bind9-dnsutils")) return;
  const peer = await LabPeer.place(t, "named");
  const homeport = await LabHomeport.place(t);
  const members = ["one.example", "two.example"];
  for (const member of members) peer.write(`${member}.db`, zoneText("192.0.2.1"));
  const empty = "$TTL 0\n@ SOA invalid. invalid. 1 3600 600 2147483646 0\n@ NS invalid.\n";
  peer.write("catalog.db", `${empty}version TXT "2"\na.zones PTR one.example.\n`);
  const zones = members.map((name) => `zone "${name}" { type primary; file "${name}.db"; };`);
  await peer.start(`notify explicit; notify-rate 1000; also-notify { 127.0.0.1 port ${homeport.port}; };
  allow-transfer { any; };
---
zone "${catalog}" { type primary; file "catalog.db"; allow-update { 127.0.0.1; }; };
${zones.join("\n")}
`);
  await follow(peer, homeport, {
    add: () => update(peer, catalog, [`update add b.zones.${catalog}. 0 PTR two.example.`]),
    remove: () => update(peer, catalog, [`update delete a.zones.${catalog}. PTR`]),
  });
});

test("Homeport serves the members of a catalog that knotd generates, over a restart, until they are taken out", async (t) => {
  if (!requirePeer(t, "knotd", "knot")) return;
  const peer = await LabPeer.place(t, "knotd");
  const homeport = await LabHomeport.place(t);
  for (const member of ["one.example", "two.example"]) peer.write(`${member}.db`, zoneText("192.0.2.1"));
  const config = (...members: readonly string[]): string => {
    const zones = members.map(
      (name) =>
        `  - domain: ${name}\n    file: ${name}.db\n    catalog-role: member\n    catalog-zone: ${catalog}\n`,
    );
    return `remote:
  - id: here
    address: 127.0.0.1@${homeport.port}
acl:
  - id: copy
    address: 127.0.0.1
    action: transfer
template:
  - id: default
    storage: "${peer.folder}"
    zonefile-sync: -1
    acl: copy
    notify: here
zone:
  - domain: ${catalog}
    catalog-role: generate
${zones.join("")}`;
  };
  await peer.start(config("one.example"));
  await follow(peer, homeport, {
    add: async () => peer.reload(config("one.example", "two.example")),
    remove: async () => peer.reload(config("two.example")),
  });
});
