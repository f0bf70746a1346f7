import assert from "node:assert/strict";
import { test } from "node:test";
import { collectLog } from "../log/collected-log.ts";
import { openMemoryStore } from "../store/memory-store.ts";
import { recordSiteFile, siteHistory, siteTextAt } from "./site-history.ts";

const file = "/etc/homeport/site.yaml";

test("each content is kept once, newest first, and can be had again", async () => {
  await using store = openMemoryStore();
  const { log, lines } = collectLog();
  for (const text of ["site: a\n", "site: a\n", "site: b\n", "site: a\n"]) {
    await recordSiteFile(store, { file, text }, log);
  }
  const changes = await siteHistory(store);
  const texts = await Promise.all(changes.map(({ revision }) => siteTextAt(store, revision)));
  assert.deepEqual(texts, ["site: a\n", "site: b\n", "site: a\n"]);
  assert.equal(await siteTextAt(store, 99), undefined);
  assert.deepEqual(lines, []);
});

test("a secret in it is not shown, and another secret is another content", async () => {
  await using store = openMemoryStore();
  const { log } = collectLog();
  for (const secret of ["c2VjcmV0", "b3RoZXI="]) {
    await recordSiteFile(store, { file, text: `dns:\n  keys: [{ name: a, secret: ${secret} }]\n` }, log);
  }
  const [newest, oldest] = await siteHistory(store);
  const expected = 'dns:\n  keys: [{ name: a, secret: "[not shown]" }]\n';
  assert.equal(await siteTextAt(store, newest!.revision), expected);
  assert.equal(await siteTextAt(store, oldest!.revision), expected);
});

test("of a file that is larger than a transaction may be, only the change is kept", async () => {
  await using store = openMemoryStore();
  const { log, lines } = collectLog();
  await recordSiteFile(store, { file, text: "#".repeat(5_000_000) }, log);
  const [change] = await siteHistory(store);
  assert.equal(change!.octets, 5_000_000);
  assert.equal(await siteTextAt(store, change!.revision), undefined);
  assert.deepEqual(lines, []);
});

test("a store that refuses is a warning, no failure", async () => {
  const { log, lines } = collectLog();
  const store = openMemoryStore();
  await store[Symbol.asyncDispose]();
  await recordSiteFile(store, { file, text: "site: a\n" }, log);
  assert.equal(lines.length, 1);
});
