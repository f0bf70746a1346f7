/** What becomes of statements about zones that change: who may, who is told, and what the report says. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { soa } from "./bind-folder.ts";
import { cases, keys, primary, secondary } from "./changing-zones.cases.ts";
import { importOf } from "./import-of.ts";

const db = `$TTL 1h\n@ SOA ns1 h 1 1d 2h 4w 1h\n NS ns1\n NS ns2\n NS ns.far.test.\nns1 A 192.0.2.1\nns2 A 192.0.2.2\n`;

for (const { why, options = "", type = primary, zone = "", top = "", is, said } of cases) {
  test(`import of zones that change: ${why}`, async () => {
    const { report, dns } = await importOf({
      "named.conf": `${keys}${top}\noptions { ${options} };\nzone z { type ${type}; ${zone} };\n`,
      db,
    });
    const [found] = (dns["zones"] as Record<string, unknown>[]).filter(({ name }) => name === "z");
    assert(found !== undefined);
    for (const [key, value] of Object.entries(is)) assert.deepEqual(found[key], value, key);
    if (said !== undefined) assert.match(report, said);
  });
}

test("servers of the view that is taken count instead of those of the top level", async () => {
  const view = `match-clients { any; }; server 192.0.2.1 { keys other; }; zone z { type ${secondary}; };`;
  const { dns } = await importOf({
    "named.conf": `${keys}server 192.0.2.1 { keys k; };\nview v { ${view} };`,
  });
  assert.deepEqual((dns["zones"] as { primaries: unknown }[])[0]?.primaries, ["192.0.2.1 key other"]);
});

test("a key that only another view has says nothing in a list", async () => {
  const { dns, result } = await importOf({
    "named.conf":
      "acl a { !key there; key there; 10/8; };\nview v { match-clients { a; }; };\n" +
      'view w { key there { algorithm hmac-sha256; secret "aHVzaA=="; }; };',
  });
  assert.deepEqual(dns["acls"], { a: ["10.0.0.0/8"] });
  assert.equal(result.complete, true);
});

test("two names of one key are one key", async () => {
  const key = (name: string) => `key "${name}" { algorithm hmac-sha256; secret "aHVzaA=="; };`;
  const { dns, report } = await importOf({ "named.conf": `${key("ab")}${key("\\097b")}` });
  assert.equal((dns["keys"] as unknown[]).length, 1);
  assert.match(report, /key "\\097b": a key before it has the same name, written otherwise\n/);
});

test("listen-on with TLS becomes a comment with dns.tls", async () => {
  const { site, report } = await importOf({
    "named.conf":
      'tls own { cert-file "/c.pem"; key-file "/k.pem"; };\n' +
      "options { listen-on port 53 { 192.0.2.1; }; listen-on port 853 tls own { 192.0.2.1; }; listen-on-v6 { none; }; };",
  });
  assert.match(site, /# listen: \["192\.0\.2\.1:53"\]\n/);
  assert.match(
    site,
    /# tls: \{listen: \["192\.0\.2\.1:853"\], certificateFile: "\/c\.pem", keyFile: "\/k\.pem"\}\n/,
  );
  assert.match(report, /tls own: a comment at dns\.listen says what to write as dns\.tls\n/);
});

test("a catalog that is copied becomes one of dns.catalogs, and no zone", async () => {
  const { dns, report } = await importOf({
    "named.conf":
      `${keys}options { allow-transfer { key k; }; notify explicit; catalog-zones {\n` +
      "zone cat default-masters port 54 { 192.0.2.2; } in-memory yes;\nzone own; }; };\n" +
      `zone cat { type ${secondary}; allow-transfer { none; }; };\nzone own { type ${primary}; };\n`,
    db: soa,
  });
  assert.deepEqual(dns["catalogs"], [
    {
      name: "cat",
      primaries: ["192.0.2.1"],
      members: { primaries: ["192.0.2.2:54"], notify: "explicit" },
      allowTransfer: ["none"],
      notify: "explicit",
    },
  ]);
  assert.deepEqual(
    (dns["zones"] as { name: string }[]).map(({ name }) => name),
    ["own"],
  );
  assert.match(report, /zone "cat": dns\.catalogs, a catalog that is copied from 192\.0\.2\.1\n/);
  assert.match(
    report,
    /catalog-zones "cat": dns\.catalogs; without in-memory: copies are kept in the store\n/,
  );
  assert.match(
    report,
    /catalog-zones "own": Homeport follows the catalogs of other servers only; for its own zones/,
  );
});

test("a zone of another view has what it inherits there", async () => {
  const { dns } = await importOf({
    "named.conf":
      `${keys}options { notify explicit; };\n` +
      "view v { match-clients { any; }; allow-transfer { any; }; allow-update { key k; }; zone z { in-view w; }; " +
      "zone y { in-view w; }; };\n" +
      `view w { allow-query { 10/8; }; allow-transfer { key other; }; zone z { type ${primary}; }; ` +
      'zone y { type primary; file "other"; allow-transfer { none; }; }; };',
    db: soa,
    other: soa,
  });
  assert.deepEqual(dns["zones"], [
    {
      name: "z",
      file: "zones/z.db",
      allowQuery: ["10.0.0.0/8"],
      allowTransfer: ["key other"],
      notify: "explicit",
    },
    {
      name: "y",
      file: "zones/y.db",
      allowQuery: ["10.0.0.0/8"],
      allowTransfer: ["none"],
      notify: "explicit",
    },
  ]);
});
