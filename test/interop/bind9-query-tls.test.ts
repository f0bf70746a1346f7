/** Questions by TLS that named answers. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { askTls } from "#platform/dns-query/ask-tls.ts";
import { decodeMessage, encodeMessage, queryMessage } from "#protocols/dns/message.ts";
import { parseName } from "#protocols/dns/name.ts";
import { rdataToText } from "#protocols/dns/records/index.ts";
import { RRClass, RRType } from "#protocols/dns/registry.ts";
import { requirePeer } from "../peers.ts";
import { freePort, makeCertificate } from "./lab-tools.ts";
import { startNamed } from "./named.ts";

test("named answers a question by TLS when its certificate is believed", async (t) => {
  if (!requirePeer(t, "named", "bind9") || !requirePeer(t, "openssl", "openssl")) return;
  const folder = mkdtempSync(join(tmpdir(), "homeport-query-tls-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "zone.db");
  writeFileSync(file, "$TTL 60\n@ SOA ns hostmaster 1 3600 600 86400 60\n@ NS ns\nns A 192.0.2.1\n");
  const { certificate, key } = await makeCertificate(folder, "dns.example");
  const port = await freePort();
  await using _named = await startNamed({
    zones: [{ name: "example.net", file }],
    options: `listen-on port ${port} tls local { 127.0.0.1; };`,
    statements: `tls local { cert-file "${certificate}"; key-file "${key}"; };`,
  });
  const question = { name: parseName("ns.example.net."), type: RRType.A, class: RRClass.IN };
  const query = encodeMessage(queryMessage({ id: 0x5a5a, question }));
  const server = { address: "127.0.0.1", port };
  const authorities = [readFileSync(certificate, "utf8")];
  const octets = await askTls({ serverName: "dns.example", authorities })(query, server, 20_000);
  const texts = decodeMessage(octets).answers.map(({ type, rdata }) => rdataToText(type, rdata));
  assert.deepEqual(texts, ["192.0.2.1"]);
  await assert.rejects(askTls({ serverName: "dns.example" })(query, server, 20_000), /cannot be believed/);
});
