/** named, Homeport and knotd in a row: what changes at the first arrives at the last as a change. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { LabHomeport } from "./lab-homeport.ts";
import { LabPeer } from "./lab-peers.ts";
import { follows, hasPeers, labZone, startPrimary, update } from "./lab-primaries.ts";
import { incrementalCopies, startSecondary } from "./lab-secondaries.ts";
import { copyOf, serialOf, until } from "./lab-tools.ts";
import { randomUpdates } from "./lab-updates.ts";

const zone = "lab.example";

test("named, Homeport, knotd: changes go all the way by IXFR", async (t) => {
  if (!hasPeers(t, "named", "knotd")) return;
  const first = await LabPeer.place(t, "named");
  const homeport = await LabHomeport.place(t);
  const last = await LabPeer.place(t, "knotd");
  await startPrimary(first, homeport.port, [{ name: zone, text: labZone(1) }]);
  const primaries = [`127.0.0.1:${first.port}`];
  const alsoNotify = [`127.0.0.1:${last.port}`];
  const zones = [{ name: zone, primaries, notify: "explicit", alsoNotify }];
  await homeport.start({ dns: { allowTransfer: ["127.0.0.1"], zones } });
  await follows(homeport, zone, 1);
  await startSecondary(last, homeport.port, [{ name: zone }]);
  await until("knotd copies", async () => ((await serialOf(last.port, zone)) === 1 ? true : undefined));
  for (let round = 0; round < 5; round++) {
    await update(first, zone, randomUpdates(zone, 40, round));
    const serial = (await serialOf(first.port, zone))!;
    await until("it arrives", async () => ((await serialOf(last.port, zone)) === serial ? true : undefined), {
      told: () => homeport.logText().slice(-2000) + last.log().slice(-2000),
    });
  }
  assert.ok(incrementalCopies(last, zone) >= 5, last.log());
  const given = homeport.log().filter(({ msg }) => msg.endsWith("ended"));
  assert.equal(given.filter(({ type }) => type === "AXFR").length, 1);
  assert.deepEqual(await copyOf(last.port, zone), await copyOf(first.port, zone));
});
