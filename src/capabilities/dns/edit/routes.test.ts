/** The routes as the API asks them: parameters and bodies by their schemas, answers by theirs. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Route, RouteError } from "#contracts/route.ts";
import { parseName } from "#protocols/dns/name.ts";
import { zoneEditRoutes } from "./routes.ts";
import { EditingRig, zoneText } from "./zone-editing.testing.ts";

const www = "www A 192.0.2.7";

async function ask(
  rig: EditingRig,
  what: string,
  parameters: Record<string, string> = {},
  body?: unknown,
): Promise<Record<string, unknown>> {
  const routes: readonly Route[] = zoneEditRoutes(rig.editing);
  const [method, end] = what.split(" ");
  const route = routes.find((one) => one.method === method && one.path.endsWith(`/${end}`))!;
  const request = {
    parameters: route.parameters!.parse({ zone: "example", ...parameters }),
    body: route.body?.parse(body),
  };
  return route.answer.parse(await route.handle(request as never)) as Record<string, unknown>;
}

test("a zone is read, edited, and its history, difference and way back are asked for", async () => {
  const rig = new EditingRig(zoneText(7));
  const read = await ask(rig, "GET text");
  assert.equal(read["serial"], 7);
  assert.match(String(read["text"]), /^\$ORIGIN example\.\n\$TTL 60/);
  const edited = await ask(rig, "PUT text", {}, { text: zoneText(7, www), baseSerial: 7, by: "ada" });
  const added = "+www.example. 60 IN A 192.0.2.7";
  const nothing = { problems: [], conflicts: [], conflictsLeft: 0 };
  assert.deepEqual(edited, { serial: 8, removed: 0, added: 1, diff: [added], left: 0, ...nothing });
  assert.deepEqual(await ask(rig, "GET history", { limit: "1" }), {
    changes: [
      {
        serial: 8,
        from: 7,
        at: "1970-01-01T00:00:01.000Z",
        author: { kind: "user", name: "ada" },
        removed: 0,
        added: 1,
        kept: true,
      },
    ],
  });
  const difference = await ask(rig, "GET diff", { from: "7" });
  assert.deepEqual([difference["from"], difference["to"], difference["added"]], [7, 8, 1]);
  assert.deepEqual((difference["diff"] as string[]).at(-1), added);
  const reverted = await ask(rig, "POST revert", {}, { serial: 7, dryRun: true });
  assert.deepEqual([reverted["serial"], reverted["diff"]], [8, [`-${added.slice(1)}`]]);
});

test("without a base serial the text is the next version of what was applied", async () => {
  const rig = new EditingRig(zoneText(1, www));
  await ask(rig, "PUT text", {}, { text: zoneText(1, www) });
  rig.zone.change([
    { do: "add", owner: parseName("www.example."), type: 1, ttl: 60, rdata: Uint8Array.of(192, 0, 2, 9) },
  ]);
  const applied = await ask(rig, "PUT text", {}, { text: zoneText(1), note: "apply x" });
  assert.deepEqual(applied["diff"], ["-www.example. 60 IN A 192.0.2.7"]);
  assert.deepEqual((applied["conflicts"] as { outcome: string }[])[0]!.outcome, "merged");
  assert.equal(rig.zone.sets.at(-1)!.note, "apply x");
});

for (const [why, what, parameters, body] of [
  ["a serial number beyond 32 bits", "GET diff", { from: "4294967296" }, undefined],
  ["`to` without `from`", "GET diff", { to: "1" }, undefined],
  ["a name that is none", "GET text", { zone: "a..b" }, undefined],
] as const) {
  test(`${why} is a bad request`, async () => {
    const rig = new EditingRig(zoneText(1));
    await assert.rejects(
      ask(rig, what, parameters, body),
      (error) => error instanceof RouteError && error.status === 400,
    );
  });
}

test("whoever edits has a plain name in the history", async () => {
  const rig = new EditingRig(zoneText(1));
  for (const by of ["", "a b", "\u001b[31m", "x".repeat(65)])
    await assert.rejects(ask(rig, "POST revert", {}, { serial: 1, by }), /by/);
});
