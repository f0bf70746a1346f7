/** A store that takes no more, under a server that takes updates. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { Ports } from "#contracts/capability.ts";
import { StoreError } from "#contracts/store.ts";
import { collectLog } from "#platform/log/collected-log.ts";
import { openStore } from "#platform/store/store.ts";
import { parseName } from "#protocols/dns/name.ts";
import { Rcode } from "#protocols/dns/registry.ts";
import { dns } from "../../src/capabilities/dns/capability.ts";
import { DnsConfig } from "../../src/capabilities/dns/config.ts";
import { serialOf, UpdateClients } from "./update-clients.ts";

const zone = parseName("full.example.");
const key = { name: parseName("full-key."), algorithm: "hmac-sha256", secret: randomBytes(32) } as const;

test("a full store: updates get SERVFAIL, the zone stays as it was, queries go on, and it recovers by itself", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "homeport-full-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "zone.db");
  writeFileSync(file, "$TTL 60\n@ SOA ns host 1 1h 10m 1d 5m\n@ NS ns\nns A 192.0.2.1\n");
  const { log } = collectLog();
  // No history of the filling, so that what is deleted is gone.
  const history = [{ prefix: "", changesMax: 1, ageMaxMs: 0 }];
  await using store = await openStore({ folder, log, nowMs: Date.now, octetsMax: 2 ** 21, history });
  const ports = { siteFolder: folder, dataFolder: folder, nowMs: Date.now, log, store } as unknown as Ports;
  const config = DnsConfig.parse({
    listen: ["127.0.0.1:0"],
    keys: [{ name: "full-key", algorithm: key.algorithm, secret: key.secret.toString("base64") }],
    zones: [{ name: "full.example", file, allowUpdate: ["key full-key"], notify: "no" }],
  });
  await using server = await dns.start(config, ports);
  const port = Number(server.status().listening[0]!.split(":").at(-1));
  const target = { port, zone, key };
  const attempt = async (label: string, count: number) => {
    const clients = new UpdateClients(target);
    await clients.runSome(label, count);
    return clients;
  };

  assert.equal((await attempt("before", 5)).acknowledged.size, 5);
  let filled = 0;
  for (let octets = 2 ** 19; octets >= 64; ) {
    try {
      await store.transact([], [{ do: "put", key: `fill/${filled}`, value: "x".repeat(octets) }]);
      filled++;
    } catch (error) {
      assert.ok(error instanceof StoreError && error.code === "HP_STORE_FULL");
      octets /= 2;
    }
  }
  const before = await serialOf(port, zone);
  const refused = await attempt("full", 3);
  assert.equal(refused.acknowledged.size, 0);
  assert.deepEqual(refused.refusals, [Rcode.SERVFAIL, Rcode.SERVFAIL, Rcode.SERVFAIL]);
  assert.equal(await serialOf(port, zone), before, "queries go on, and nothing has changed");

  for (let at = 0; at < filled; at++) await store.transact([], [{ do: "delete", key: `fill/${at}` }]);
  const after = await attempt("after", 5);
  assert.equal(after.acknowledged.size, 5);
  assert.equal(await serialOf(port, zone), before + 5);
});
