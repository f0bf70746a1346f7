/** Random scripts for nsupdate: it hears the same from named and Homeport, which then have the same zone. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import fc from "fast-check";
import { parseName } from "../../src/protocols/dns/name.ts";
import { findProgram, requirePeer } from "../peers.ts";
import { listenFor, listeningServer, memoryServer, openZone } from "./bind9-update-servers.ts";
import { type RunningPeer, startNamed, type ZoneFile } from "./named.ts";

const runs = 20;
const zoneFile = join(import.meta.dirname, "zones", "update.zone");

const owner = fc.constantFrom("www", "host", "alias", "new", "a.new", "computer-4", "*.wild", "sub");
const data = fc.constantFrom(
  "A 192.0.2.1",
  "A 192.0.2.7",
  "AAAA 2001:db8::7",
  'TXT "00a1b2c3"',
  "CNAME www.ZONE.",
  "MX 5 www.ZONE.",
);
const type = fc.constantFrom("A", "AAAA", "TXT", "CNAME", "MX");
const line = fc.oneof(
  fc.tuple(owner, data).map(([name, rdata]) => `update add ${name}.ZONE. 300 ${rdata}`),
  fc.tuple(owner, data).map(([name, rdata]) => `update delete ${name}.ZONE. ${rdata}`),
  fc.tuple(owner, type).map(([name, of]) => `update delete ${name}.ZONE. ${of}`),
  owner.map((name) => `update delete ${name}.ZONE.`),
);
const condition = fc.oneof(
  owner.map((name) => `prereq nxdomain ${name}.ZONE.`),
  owner.map((name) => `prereq yxdomain ${name}.ZONE.`),
  fc.tuple(owner, type).map(([name, of]) => `prereq nxrrset ${name}.ZONE. ${of}`),
  fc.tuple(owner, type).map(([name, of]) => `prereq yxrrset ${name}.ZONE. ${of}`),
  fc.tuple(owner, data).map(([name, rdata]) => `prereq yxrrset ${name}.ZONE. ${rdata}`),
);
const script = fc
  .array(fc.tuple(fc.option(condition, { nil: "" }), fc.array(line, { minLength: 1, maxLength: 4 })), {
    minLength: 3,
    maxLength: 8,
  })
  .map((sends) => sends.map(([before, lines]) => [before, ...lines, "send"].join("\n")).join("\n"));

/** What nsupdate says of the script: nothing of updates that were done. */
async function nsupdate(peer: RunningPeer, zone: string, lines: string): Promise<string> {
  const child = spawn(findProgram("nsupdate")!, ["-v"], { stdio: ["pipe", "pipe", "pipe"] });
  const output = Promise.all([text(child.stdout), text(child.stderr)]);
  child.stdin.end(`server ${peer.address} ${peer.port}\nzone ${zone}.\n${lines.replaceAll("ZONE", zone)}\n`);
  return (await output).join("");
}

test("nsupdate hears the same from named and from Homeport", async (t) => {
  if (!requirePeer(t, "named", "bind9") || !requirePeer(t, "nsupdate", "bind9-dnsutils")) return;
  const folder = mkdtempSync(join(tmpdir(), "homeport-update-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const zones = Array.from({ length: runs }, (_, index): ZoneFile => {
    const file = join(folder, `script${index}.zone`);
    copyFileSync(zoneFile, file);
    return { name: `script${index}.example`, file };
  });
  await using peer = await startNamed({ zones: [], statements: zones.map(openZone).join("\n") });
  await using named = await listeningServer(peer);
  const zoneText = readFileSync(zoneFile, "utf8");
  await using homeport = memoryServer(zones.map(({ name }) => ({ name, text: zoneText })));
  await using listening = await listenFor(homeport);
  let failed = 0;
  for (const [index, lines] of fc.sample(script, runs).entries()) {
    const { name } = zones[index]!;
    const origin = parseName(`${name}.`);
    const [theirs, ours] = [await nsupdate(peer, name, lines), await nsupdate(listening, name, lines)];
    assert.equal(ours, theirs, lines);
    assert.deepEqual(await homeport.content(origin), await named.content(origin), lines);
    failed += theirs.match(/update failed/g)?.length ?? 0;
  }
  t.diagnostic(`${runs} scripts; ${failed} updates failed, for both alike`);
  assert.ok(failed > 0);
});
