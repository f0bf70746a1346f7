/**
 * Updates at random, one after the other, to named and to Homeport: the same responses, and the same zone
 * after each run of them.
 */
import assert from "node:assert/strict";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { type UpdateDraft, updateMessage } from "../../src/capabilities/dns/update/update-draft.testing.ts";
import { parseName } from "../../src/protocols/dns/name.ts";
import { Rcode } from "../../src/protocols/dns/registry.ts";
import { requirePeer } from "../peers.ts";
import { listeningServer, openZone, runningServer } from "./bind9-update-servers.ts";
import { startNamed, type ZoneFile } from "./named.ts";

const runs = 120;
/** Zones for runs that repeat one that failed, with less. */
const spareZones = 200;
const zoneFile = join(import.meta.dirname, "zones", "update.zone");

const names =
  "@ www alias host sub ns.sub x.sub ns ns2 *.wild x.wild new a.new dname x.dname ent deep.ent odd *.new";
const owner = fc.constantFrom(...names.split(" "));
const record = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom("A 192.0.2.1", "A 192.0.2.2", "A 192.0.2.9", "A 192.0.2.53") },
  { weight: 2, arbitrary: fc.constantFrom("AAAA 2001:db8::1", "AAAA 2001:db8::2") },
  {
    weight: 3,
    arbitrary: fc.constantFrom('TXT "one" "two"', "TXT x", "MX 10 www", "MX 10 Mail.Example.org."),
  },
  { weight: 3, arbitrary: fc.constantFrom("CNAME www", "CNAME host", "CNAME WWW") },
  { weight: 3, arbitrary: fc.constantFrom("NS ns", "NS ns2", "NS NS2", "NS ns.sub", "NS x.wild", "NS new") },
  { weight: 1, arbitrary: fc.constantFrom("DNAME example.org.", "DNAME other.example.") },
  { weight: 1, arbitrary: fc.constantFrom("KEY 256 3 8 AQAB", "TYPE65280 \\# 4 C0000201", "SRV 1 2 3 www") },
  { weight: 1, arbitrary: fc.nat(60).map((serial) => `SOA ns host ${serial} 7200 3600 86400 300`) },
  { weight: 1, arbitrary: fc.constantFrom("WKS 192.0.2.1 TCP 25", "WKS 192.0.2.1 TCP 80", "NSEC www A") },
);
/** Where named drops a DS record that it has just added, it raises the serial number for nothing. */
const removable = fc.oneof(
  { weight: 9, arbitrary: record },
  { weight: 1, arbitrary: fc.constant(`DS 1 8 2 ${"0123456789abcdef".repeat(4)}`) },
);
const type = fc.oneof(
  removable.map((text) => text.split(" ")[0]!),
  fc.constantFrom("ANY", "SRV", "PTR"),
);
const ttl = fc.constantFrom(300, 300, 300, 60, 0);

const prerequisite = fc.oneof(
  fc.tuple(owner, fc.constantFrom("ANY", "NONE"), type).map(([name, kind, of]) => `${name} 0 ${kind} ${of}`),
  fc.tuple(owner, removable).map(([name, text]) => `${name} 0 IN ${text}`),
);
const update = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.tuple(owner, ttl, record).map(([name, time, text]) => `${name} ${time} IN ${text}`),
  },
  { weight: 2, arbitrary: fc.tuple(owner, removable).map(([name, text]) => `${name} 0 NONE ${text}`) },
  { weight: 2, arbitrary: fc.tuple(owner, type).map(([name, of]) => `${name} 0 ANY ${of}`) },
);
const draft: fc.Arbitrary<UpdateDraft> = fc.record({
  prerequisites: fc.oneof(
    { weight: 4, arbitrary: fc.constant<string[]>([]) },
    { weight: 1, arbitrary: fc.array(prerequisite, { maxLength: 2 }) },
  ),
  updates: fc.array(update, { minLength: 1, maxLength: 6 }),
});

test("named and Homeport do the same with updates at random", async (t) => {
  if (!requirePeer(t, "named", "bind9")) return;
  const folder = mkdtempSync(join(tmpdir(), "homeport-update-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const zones = Array.from({ length: runs + spareZones }, (_, index): ZoneFile => {
    const file = join(folder, `run${index}.zone`);
    copyFileSync(zoneFile, file);
    return { name: `run${index}.example`, file };
  });
  await using peer = await startNamed({ zones: [], statements: zones.map(openZone).join("\n") });
  await using named = await listeningServer(peer);
  await using homeport = await runningServer(zones);
  let run = 0;
  let sent = 0;
  let accepted = 0;
  const sameOutcome = async (drafts: readonly UpdateDraft[]): Promise<void> => {
    const zone = zones[run++];
    if (zone === undefined) return; // no zone left to make the failure smaller with
    const origin = parseName(`${zone.name}.`);
    for (const one of drafts) {
      const message = updateMessage(sent++ & 0xffff, origin, one);
      const [theirs, ours] = [await named.update(message), await homeport.update(message)];
      if ((theirs[3]! & 15) === Rcode.NOERROR) accepted++;
      assert.equal(ours.toHex(), theirs.toHex(), JSON.stringify(one));
    }
    assert.deepEqual(await homeport.content(origin), await named.content(origin));
  };
  await fc.assert(fc.asyncProperty(fc.array(draft, { minLength: 10, maxLength: 25 }), sameOutcome), {
    numRuns: runs,
  });
  assert.ok(accepted > sent / 2, `${accepted} of ${sent} updates were accepted`);
  t.diagnostic(`${sent} updates, of which ${accepted} were accepted`);
});
