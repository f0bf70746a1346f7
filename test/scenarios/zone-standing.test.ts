/** A primary and a secondary, both Homeport, as their operators see them at the command line. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { LabHomeport } from "../interop/lab-homeport.ts";
import { until } from "../interop/lab-tools.ts";

const text = "$TTL 60\n@ SOA ns1 admin 1 3600 600 86400 60\n@ NS ns1\nns1 A 192.0.2.1\n";

interface Zone {
  readonly name: string;
  readonly serial: number | null;
  readonly frozen: boolean;
  readonly dynamic: boolean;
  readonly primaries: readonly string[];
  readonly secondary: {
    readonly state: string;
    readonly confirmedAt: string | null;
    readonly error: unknown;
  };
  readonly notified: readonly { readonly server: string; readonly state: string }[];
}

async function zoneOf(homeport: LabHomeport, name: string): Promise<Zone> {
  const { output } = await homeport.command("zone", "list", "--json");
  return (JSON.parse(output) as { zones: Zone[] }).zones.find((zone) => zone.name === name)!;
}

test("operators see how zones stand, and steer them without rndc", async (t) => {
  const primary = await LabHomeport.place(t);
  const secondary = await LabHomeport.place(t);
  await primary.start({
    files: { "dyn.db": text, "static.db": text },
    dns: {
      allowTransfer: ["127.0.0.1"],
      zones: [
        {
          name: "dyn.example",
          file: "dyn.db",
          allowUpdate: ["127.0.0.1"],
          alsoNotify: [`127.0.0.1:${secondary.port}`],
        },
        { name: "static.example", file: "static.db" },
      ],
    },
  });
  await secondary.start({
    dns: { zones: [{ name: "dyn.example", primaries: [`127.0.0.1:${primary.port}`] }] },
  });

  await t.test("a copy is in sync, and its primary knows whom it has told", async () => {
    await until(
      "a copy",
      async () => (await zoneOf(secondary, "dyn.example")).secondary.confirmedAt ?? undefined,
    );
    const { primaries, secondary: status } = await zoneOf(secondary, "dyn.example");
    assert.deepEqual(primaries, [`127.0.0.1:${primary.port}`]);
    assert.deepEqual([status.state, status.error], ["current", null]);
    const told = await primary.command("zone", "notify", "dyn.example");
    assert.match(told.output, new RegExp(`127\\.0\\.0\\.1:${secondary.port}`));
    await until(
      "told",
      async () => (await zoneOf(primary, "dyn.example")).notified[0]?.state === "told" || undefined,
    );
    assert.match((await secondary.command("zone", "list")).output, /secondary +1 +3 +in sync \d+ s ago/);
  });

  await t.test("a frozen zone is edited in its file, thawed, and told of", async () => {
    primary.write("next.db", `${text}mail A 192.0.2.25\n`);
    const applied = await primary.command(
      "zone",
      "apply",
      join(primary.folder, "next.db"),
      "dyn.example",
      "--yes",
    );
    assert.equal(applied.code, 0, applied.errors);
    assert.equal((await primary.command("zone", "freeze", "dyn.example")).code, 0);
    assert.equal((await zoneOf(primary, "dyn.example")).frozen, true);
    assert.match((await primary.command("status")).output, /dyn\.example is frozen/);
    const written = readFileSync(join(primary.folder, "dyn.db"), "utf8");
    primary.write("dyn.db", `${written}www 60 A 192.0.2.80\n`);
    const sync = await primary.command("zone", "sync", "dyn.example");
    assert.deepEqual([sync.code, /frozen/.test(sync.errors)], [1, true]);
    assert.equal((await primary.command("zone", "thaw", "dyn.example")).code, 0);
    const { frozen, serial } = await zoneOf(primary, "dyn.example");
    assert.deepEqual([frozen, serial], [false, 3]);
    await until("serial 3", async () => (await zoneOf(secondary, "dyn.example")).serial === 3 || undefined);
  });

  await t.test("a file that changed without a later serial is told of", async () => {
    primary.write("static.db", text.replace("192.0.2.1", "192.0.2.2"));
    const { code, errors } = await primary.command("zone", "reload", "static.example");
    assert.equal(code, 0);
    assert.match(errors, /its serial is still 1: secondaries will not notice/);
  });

  await t.test("a copy whose primary is gone says for how long it is good", async () => {
    await primary.stop();
    assert.equal((await secondary.command("zone", "refresh", "dyn.example")).code, 0);
    await until(
      "an error",
      async () => (await zoneOf(secondary, "dyn.example")).secondary.error ?? undefined,
    );
    assert.match(
      (await secondary.command("status")).output,
      /goes on with serial 3, confirmed \d+ s ago, for/,
    );
    const metrics = (await secondary.command("metrics")).output;
    assert.match(metrics, /^homeport_dns_secondary_zones_failing 1$/m);
    assert.match(metrics, /^homeport_dns_secondary_expiry_seconds\{zone="dyn\.example"\} 86\d\d\d/m);
  });
});
