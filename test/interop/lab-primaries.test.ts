/**
 * Homeport as a secondary of real name servers: it copies, hears of changes, remembers, passes updates on.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { LabHomeport, type LogLine } from "./lab-homeport.ts";
import { LabPeer } from "./lab-peers.ts";
import {
  followMsMax,
  follows,
  gifts,
  hasPeers,
  labZone,
  rewrite,
  startPrimary,
  update,
} from "./lab-primaries.ts";
import { copyOf, lookUp, run, serialOf, until } from "./lab-tools.ts";
import { randomUpdates, scriptOf } from "./lab-updates.ts";

const zone = "lab.example";

function isCopy({ msg }: LogLine): boolean {
  return msg === "copied the zone";
}

for (const program of ["named", "knotd"] as const) {
  test(`a zone of ${program}: copied, followed, kept over a restart without it, updates passed on`, async (t) => {
    if (!hasPeers(t, program)) return;
    const peer = await LabPeer.place(t, program);
    const homeport = await LabHomeport.place(t);
    await startPrimary(peer, homeport.port, [{ name: zone, text: labZone(1) }]);
    const primaries = [`127.0.0.1:${peer.port}`];
    const zones = [{ name: zone, primaries, forwardUpdates: ["127.0.0.1"] }];
    await homeport.start({ dns: { allowTransfer: ["127.0.0.1"], zones } });
    await follows(homeport, zone, 1);
    await update(peer, zone, [`update add one.${zone}. 60 A 192.0.2.1`]);
    const ms = await follows(homeport, zone, (await serialOf(peer.port, zone))!);
    t.diagnostic(`an update is served after ${Math.round(ms)} ms`);
    assert.ok(ms < followMsMax[program], "within a second");
    assert.deepEqual(gifts(peer, zone), { AXFR: 1, IXFR: 1 });

    await update(peer, zone, randomUpdates(zone, 1000));
    const serial = (await serialOf(peer.port, zone))!;
    t.diagnostic(`1,000 updates are served after ${Math.round(await follows(homeport, zone, serial))} ms`);
    assert.deepEqual(gifts(peer, zone), { AXFR: 1, IXFR: homeport.log().filter(isCopy).length - 1 });
    assert.deepEqual(await copyOf(homeport.port, zone), await copyOf(peer.port, zone));

    const passedOn = await run("nsupdate", ["-v"], {
      input: scriptOf(homeport.port, zone, [`update add passed-on.${zone}. 60 A 192.0.2.9`]),
    });
    assert.equal(passedOn.errors, "");
    assert.deepEqual(await lookUp(peer.port, `passed-on.${zone}`, "A"), ["192.0.2.9"]);
    const last = (await serialOf(peer.port, zone))!;
    await follows(homeport, zone, last);

    await peer.stop();
    await homeport.stop("SIGKILL");
    await homeport.start();
    assert.equal(await serialOf(homeport.port, zone), last, "at once, from disk");
    assert.deepEqual(await lookUp(homeport.port, `passed-on.${zone}`, "A"), ["192.0.2.9"]);
  });
}

test("a zone of nsd: copied, followed by IXFR when its file changes", async (t) => {
  if (!hasPeers(t, "nsd")) return;
  const peer = await LabPeer.place(t, "nsd");
  const homeport = await LabHomeport.place(t);
  await startPrimary(peer, homeport.port, [{ name: zone, text: labZone(1) }]);
  const zones = [{ name: zone, primaries: [`127.0.0.1:${peer.port}`] }];
  await homeport.start({ dns: { allowTransfer: ["127.0.0.1"], zones } });
  await follows(homeport, zone, 1);
  rewrite(peer, zone, labZone(2, "www A 192.0.2.80"));
  await until("nsd serves its file", async () =>
    (await serialOf(peer.port, zone)) === 2 ? true : undefined,
  );
  const ms = await follows(homeport, zone, 2);
  t.diagnostic(`served after ${Math.round(ms)} ms`);
  assert.ok(ms < followMsMax.nsd, "within a second");
  assert.deepEqual(await copyOf(homeport.port, zone), await copyOf(peer.port, zone));
  const copies = homeport.log().filter(isCopy);
  assert.deepEqual(
    copies.map(({ records }) => Number(records) < 10),
    [false, true],
    "the second by IXFR",
  );
});
