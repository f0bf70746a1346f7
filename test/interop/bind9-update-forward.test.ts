/**
 * Updates of a copy, passed on to a named that is its primary: signed by a key that only client and primary
 * have, over TCP and TLS; and who is told what when they are not passed on.
 */
import assert from "node:assert/strict";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { type AddressMatch, matchAny, matchNone } from "../../src/capabilities/dns/address-match.ts";
import { Transport } from "../../src/capabilities/dns/engine/transport.ts";
import { parseServer } from "../../src/capabilities/dns/server-address.ts";
import { UpdateForwarder } from "../../src/capabilities/dns/update/forward-update.ts";
import { MemoryWriter } from "../../src/capabilities/dns/update/memory-writer.testing.ts";
import { updateMessage } from "../../src/capabilities/dns/update/update-draft.testing.ts";
import { Updates } from "../../src/capabilities/dns/update/updates.ts";
import { ClientSignature } from "../../src/platform/tsig/client-signature.ts";
import type { TsigKey } from "../../src/platform/tsig/key.ts";
import { parseName } from "../../src/protocols/dns/name.ts";
import { requirePeer } from "../peers.ts";
import { listeningServer } from "./bind9-update-servers.ts";
import { type RunningPeer, startNamed } from "./named.ts";
import { responseText } from "./response-text.ts";

const secret = new Uint8Array(32).fill(9);
const key: TsigKey = { name: parseName("alpha."), algorithm: "hmac-sha256", secret };
const keyStatement = `key "alpha" { algorithm hmac-sha256; secret "${secret.toBase64()}"; };`;
const origin = parseName("example.");
const message = updateMessage(0x1234, origin, { updates: ["new 300 IN A 192.0.2.7"] });
const nowSeconds = (): number => Math.floor(Date.now() / 1000);

/** Homeport with a copy of the zone. */
function forwarding(t: TestContext, primaries: readonly string[], forwardUpdates: AddressMatch | undefined) {
  const quiet = () => {};
  const log = { debug: quiet, info: quiet, warn: quiet, error: quiet, child: () => log };
  const forwarder = new UpdateForwarder();
  t.after(() => forwarder[Symbol.dispose]());
  return new Updates({
    quota: () => 100,
    zoneOf: () => ({ kind: "secondary", primaries: primaries.map(parseServer), forwardUpdates }),
    writer: new MemoryWriter([]),
    forward: (update, to) => forwarder.forward(update, to),
    log,
    monotonicMs: () => 0,
    udpPayloadOctets: () => 1232,
  });
}

const client = {
  address: Uint8Array.of(127, 0, 0, 1),
  text: "127.0.0.1",
  transport: Transport.udp,
  encrypted: false,
  key: undefined,
};

async function startPrimary(t: TestContext, options = ""): Promise<RunningPeer> {
  const folder = mkdtempSync(join(tmpdir(), "homeport-update-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "example.zone");
  copyFileSync(join(import.meta.dirname, "zones", "update.zone"), file);
  const access = 'allow-update { key "alpha"; }; allow-transfer { any; };';
  const zone = `zone "example" { type primary; file "${file}"; ${access} };`;
  return startNamed({ zones: [], options, statements: `${keyStatement}\n${zone}` });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}

for (const overTls of [false, true]) {
  test(`named takes a signed update that was passed on over ${overTls ? "TLS" : "TCP"}`, async (t) => {
    if (!requirePeer(t, "named", "bind9")) return;
    const tlsPort = await freePort();
    const options = overTls ? `listen-on port ${tlsPort} tls ephemeral { 127.0.0.1; };` : "";
    await using primary = await startPrimary(t, options);
    const address = overTls ? `tls://127.0.0.1:${tlsPort}` : `127.0.0.1:${primary.port}`;
    const updates = forwarding(t, ["127.0.0.1:1", address], matchAny);
    const signature = new ClientSignature(key);
    const original = signature.sign(message, nowSeconds());
    assert.equal(updates.isForOthers(message), true);
    const { octets, isVerbatim } = await updates.answer({ body: message, original, client });
    assert.equal(isVerbatim, true);
    const { header } = responseText(signature.verify(octets, nowSeconds()), true);
    assert.equal(header, "UPDATE NOERROR qr");
    await using named = await listeningServer(primary);
    assert.ok((await named.content(origin)).includes("new.example. 300 A 192.0.2.7"));
  });
}

test("the primary's refusal comes back too", async (t) => {
  if (!requirePeer(t, "named", "bind9")) return;
  await using primary = await startPrimary(t);
  const updates = forwarding(t, [`127.0.0.1:${primary.port}`], matchAny);
  const { octets } = await updates.answer({ body: message, original: message, client });
  assert.equal(responseText(octets, true).header, "UPDATE REFUSED qr");
});

test("a named with a copy says the same when it passes nothing on", async (t) => {
  if (!requirePeer(t, "named", "bind9")) return;
  await using primary = await startPrimary(t);
  for (const [statement, match] of [
    ["", undefined],
    ["allow-update-forwarding { none; };", matchNone],
  ] as const) {
    const zone =
      `zone "example" { type secondary; primaries port ${primary.port} { 127.0.0.1; }; ` +
      `allow-transfer { any; }; ${statement} };`;
    await using secondary = await startNamed({ zones: [], statements: zone });
    await using named = await listeningServer(secondary);
    const theirs = await named.update(message);
    const updates = forwarding(t, [], match);
    const { octets } = await updates.answer({ body: message, original: message, client });
    assert.equal(responseText(octets, true).header, responseText(theirs, true).header, statement);
  }
});
