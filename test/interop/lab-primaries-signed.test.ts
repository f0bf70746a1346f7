/** Homeport copies zones from real name servers, signed: transfers and NOTIFY, with each algorithm. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { LabHomeport } from "./lab-homeport.ts";
import { algorithms, keyOf, LabPeer } from "./lab-peers.ts";
import { followMsMax, follows, hasPeers, labZone, rewrite, startPrimary, update } from "./lab-primaries.ts";
import { serialOf, until } from "./lab-tools.ts";

for (const program of ["named", "knotd", "nsd"] as const) {
  test(`zones of ${program}, signed with every algorithm that both know`, async (t) => {
    if (!hasPeers(t, program)) return;
    const peer = await LabPeer.place(t, program);
    const homeport = await LabHomeport.place(t);
    const keys = algorithms.map(keyOf);
    const given = keys.map((key) => ({ name: `${key.algorithm}.example`, text: labZone(1), key }));
    await startPrimary(peer, homeport.port, given);
    const zones = given.map(({ name, key }) => ({
      name,
      primaries: [`127.0.0.1:${peer.port} key ${key.name}`],
    }));
    await homeport.start({ dns: { keys, zones } });
    for (const { name } of given) await follows(homeport, name, 1);
    for (const { name } of given) {
      if (program === "nsd") rewrite(peer, name, labZone(2));
      else await update(peer, name, [`update add www.${name}. 60 A 192.0.2.80`]);
      const serial = await until("the primary changes", async () => {
        const now = await serialOf(peer.port, name);
        return now === 1 ? undefined : now;
      });
      assert.ok((await follows(homeport, name, serial)) < followMsMax[program], name);
    }
  });
}
