/** What is said of files that changed. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { collectLog } from "#platform/log/collected-log.ts";
import { fileOf, JournalRig, origin, primary } from "./journal/journal.testing.ts";
import { takeFiles } from "./take-files.ts";
import type { SiteZone } from "./zones/zone-set.ts";

interface Case {
  readonly serial: number;
  readonly body?: string;
  readonly allowTransfer?: readonly string[];
  readonly alsoNotify?: readonly string[];
}

/** Takes a file after one with serial 7; the problems of the zone then. */
async function problemsAfter({ serial, body = "www A 192.0.2.9", ...settings }: Case): Promise<string[]> {
  await using rig = new JournalRig();
  await rig.start();
  const live = await rig.serve(primary, fileOf(7));
  const zone = {
    name: origin,
    live,
    get image() {
      return live.image;
    },
    config: { alsoNotify: settings.alsoNotify ?? [] },
    request: { file: "example.db" },
    arriving: fileOf(serial, body, "another"),
    problems: [],
  } as unknown as SiteZone;
  const { log } = collectLog();
  await takeFiles([zone], { keeper: rig.keeper, log, allowTransfer: settings.allowTransfer ?? ["any"] });
  return zone.problems.map(({ severity, what }) => `${severity}: ${what}`);
}

test("a file that changed without a later serial is told of, since secondaries will not notice", async () => {
  assert.deepEqual(await problemsAfter({ serial: 7 }), [
    "warning: example has changed but its serial is still 7: secondaries will not notice",
  ]);
  assert.match((await problemsAfter({ serial: 3 }))[0]!, /went back to 3/);
  const nobodyButNotified = { allowTransfer: ["none"], alsoNotify: ["192.0.2.1"] };
  assert.equal((await problemsAfter({ serial: 7, ...nobodyButNotified })).length, 1);
});

for (const [why, given] of [
  ["with a later serial", { serial: 8 }],
  ["that nobody copies", { serial: 7, allowTransfer: ["none"] }],
  ["with the same content", { serial: 7, body: "www A 192.0.2.7" }],
] as const) {
  test(`nothing is said of a file ${why}`, async () => assert.deepEqual(await problemsAfter(given), []));
}
