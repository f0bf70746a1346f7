/** Edits over the journal that keeps zones in the program. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { RouteError } from "#contracts/route.ts";
import { collectLog } from "#platform/log/collected-log.ts";
import { openMemoryStore } from "#platform/store/memory-store.ts";
import { parseName } from "#protocols/dns/name.ts";
import { Snapshots } from "../journal/snapshots.ts";
import { ZoneKeeper } from "../journal/zone-keeper.ts";
import type { ZoneChange } from "../zones/zone-change.ts";
import { ZoneMerger } from "../zones/zone-merger.ts";
import { AppliedZones } from "./applied-zones.ts";
import { diffText } from "./diff-text.ts";
import type { EditOutcome } from "./edit-request.ts";
import { imageOf, origin, zoneText } from "./zone-editing.testing.ts";
import { ZoneEditing } from "./zone-editing.ts";

const www = "www A 192.0.2.7";
const by = { by: "ada", dryRun: false };

async function open(t: TestContext, text: string): Promise<{ editing: ZoneEditing; keeper: ZoneKeeper }> {
  const folder = mkdtempSync(join(tmpdir(), "homeport-editing-"));
  const store = openMemoryStore();
  const snapshots = new Snapshots(join(folder, "snapshots"));
  const merger = new ZoneMerger();
  const log = collectLog();
  const keeper = await ZoneKeeper.open({
    store,
    snapshots,
    merger,
    nowMs: Date.now,
    log: log.log,
    onImage() {},
    onChanged() {},
  });
  t.after(async () => {
    for (const one of [keeper, snapshots, merger]) await one[Symbol.asyncDispose]();
    assert.deepEqual(log.lines, []);
    rmSync(folder, { recursive: true });
  });
  const settings = { kind: "primary", serialStyle: "increment" } as const;
  const { zone } = await keeper.restore(origin, settings, { image: imageOf(text), digest: "first" });
  keeper.serve([zone]);
  const editing = new ZoneEditing({
    zoneOf: (name) => {
      const live = keeper.zone(name);
      return live && { name: live.name, image: live.image, checkNames: "warn" };
    },
    writer: keeper,
    history: keeper,
    summaries: (name, limit, before) => keeper.past.summaries(keeper.zone(name)!, limit, before),
    applied: new AppliedZones(store),
    fileBase: async () => imageOf(text),
  });
  return { editing, keeper };
}

function addHost(keeper: ZoneKeeper, label: string): Promise<void> {
  const owner = parseName(`${label}.example.`);
  const change: ZoneChange = { do: "add", owner, type: 1, ttl: 60, rdata: Uint8Array.of(192, 0, 2, 9) };
  const author = { kind: "update", name: "a-key" } as const;
  return keeper.change(origin, author, () => ({ changes: [change], outcome: undefined }));
}

const lines = ({ difference }: Pick<EditOutcome, "difference">) => diffText(difference, 100).lines;

test("edit, apply, history, difference and revert of a zone that others change too", async (t) => {
  const { editing, keeper } = await open(t, zoneText(7, www));
  const edit = { ...by, baseSerial: 7, merge: false };
  const preview = await editing.edit(origin, zoneText(7), { ...edit, dryRun: true });
  assert.deepEqual([preview.serial, lines(preview)], [7, ["-www.example. 60 IN A 192.0.2.7"]]);
  assert.equal((await editing.edit(origin, zoneText(7), edit)).serial, 8);
  await addHost(keeper, "host");
  await assert.rejects(editing.edit(origin, zoneText(7, www), { ...edit, baseSerial: 8 }), RouteError);
  const merged = await editing.edit(origin, zoneText(8, "mail A 192.0.2.2"), {
    ...edit,
    baseSerial: 8,
    merge: true,
  });
  assert.deepEqual([merged.serial, lines(merged)], [10, ["+mail.example. 60 IN A 192.0.2.2"]]);
  const applied = await editing.apply(origin, zoneText(1, www, "git A 192.0.2.3"), {
    ...by,
    whole: false,
    note: "apply x",
  });
  assert.deepEqual(lines(applied), ["+git.example. 60 IN A 192.0.2.3"]);
  const { sets } = await editing.history(origin, 10);
  assert.deepEqual(
    sets.map(({ from, to, author, added, removed, note }) => [from, to, author.name, removed, added, note]),
    [
      [10, 11, "ada", 0, 1, "apply x"],
      [9, 10, "ada", 0, 1, undefined],
      [8, 9, "a-key", 0, 1, undefined],
      [7, 8, "ada", 1, 0, undefined],
    ],
  );
  const { difference } = await editing.diff(origin, 7);
  assert.deepEqual([difference.removed.length, difference.added.length], [2, 4]);
  const reverted = await editing.revert(origin, 7, by);
  assert.deepEqual(lines(reverted).length, 4);
  assert.deepEqual([reverted.serial, keeper.zone(origin)!.image!.recordCount], [12, 4]);
});

test("edits while a zone changes all the time: none is lost, and reverts find their moment", async (t) => {
  const { editing, keeper } = await open(t, zoneText(1));
  let updates = 0;
  let isDone = false;
  const load = (async () => {
    for (; !isDone; updates++) {
      await addHost(keeper, `h${updates}`);
      await new Promise(setImmediate);
    }
  })();
  for (let i = 1; i <= 10; i++) {
    const own = Array.from({ length: i }, (_, k) => `own${k} A 192.0.2.1`);
    await editing.apply(origin, zoneText(1, ...own), { ...by, whole: false });
  }
  const outcome = await editing.revert(origin, 1, by);
  assert.ok(outcome.difference.removed.length >= 10);
  isDone = true;
  await load;
  const { image } = keeper.zone(origin)!;
  const names = [...image!.records()].filter(({ owner }) => owner.startsWith("\u0004own")).length;
  assert.equal(names, 0);
  assert.ok(updates > 10);
});
