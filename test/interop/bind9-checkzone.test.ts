/** Our verdict on zone files, and what we read from them, against those of BIND's named-checkzone. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { formatProblem } from "#contracts/configuration.ts";
import { lowerName, type Name, nameFromOctets, nameToText, parseName } from "#protocols/dns/name.ts";
import { canonicalRdata } from "#protocols/dns/records/index.ts";
import { mnemonicOfType } from "#protocols/dns/registry.ts";
import { parseZone } from "#protocols/zonefile/zone-file.ts";
import { loadZone, type ZoneLoad } from "../../src/capabilities/dns/zones/load.ts";
import { findProgram, requirePeer } from "../peers.ts";
import { type CorpusZone, corpus } from "../zonefile/corpus.ts";

for (const zone of corpus) {
  test(`named-checkzone and we agree on ${zone.name}`, (t) => {
    if (!requirePeer(t, "named-checkzone", "bind9-utils")) return;
    const folder = mkdtempSync(join(tmpdir(), "homeport-checkzone-"));
    try {
      compare(zone, folder);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
}

test("the corpus is as large as it is meant to be, and its names tell its zones apart", () => {
  assert.ok(corpus.length >= 120);
  assert.equal(new Set(corpus.map(({ name }) => name)).size, corpus.length);
});

function compare(zone: CorpusZone, folder: string): void {
  const origin = zone.origin ?? "example.com.";
  const file = join(folder, "zone.db");
  const dump = join(folder, "dump");
  for (const [name, text] of Object.entries({ "zone.db": zone.text, ...zone.files })) {
    writeFileSync(join(folder, name), text, "latin1");
  }
  const args = ["-i", "local", "-w", folder, "-o", dump, origin, "zone.db"];
  const theirs = spawnSync(findProgram("named-checkzone")!, args, { encoding: "latin1", timeout: 20_000 });
  assert.ok(
    theirs.status === 0 || theirs.status === 1,
    `named-checkzone ended with ${theirs.status ?? theirs.signal}`,
  );
  const ours = loadZone({ name: parseName(origin), file, folder, checkNames: "warn" });
  const said = `BIND says:\n${theirs.stdout}\nwe say:\n${ours.problems.map(formatProblem).join("\n")}`;
  if (zone.weOnlyWarn !== undefined) {
    assert.equal(theirs.status, 1, `this is marked as an exception and is none\n${said}`);
    assert.ok(ours.image !== undefined && ours.problems.some(({ severity }) => severity === "warning"), said);
    return;
  }
  assert.equal(ours.image === undefined ? "error" : "ok", theirs.status === 1 ? "error" : "ok", said);
  if (theirs.status === 0) assert.deepEqual(ourRecords(ours), theirRecords(dump, parseName(origin)));
  else assert.ok(ours.problems.some(({ severity }) => severity === "error"));
}

function ourRecords(load: ZoneLoad): string[] {
  return [...load.image!.records()]
    .map(({ owner, type, ttl, rdata }) => recordLine(owner, type, ttl, rdata))
    .sort();
}

function theirRecords(dump: string, origin: Name): string[] {
  const lines: string[] = [];
  parseZone(
    { file: "dump", octets: readFileSync(dump) },
    {
      origin,
      include: () => "no file is included in a dump",
      onProblem: (problem) => assert.fail(formatProblem(problem)),
      sink: {
        record: (owner, _ownerLength, type, ttl, rdata, rdataLength) => {
          lines.push(recordLine(nameFromOctets(owner), type, ttl, rdata.slice(0, rdataLength)));
        },
      },
    },
  );
  return lines.sort();
}

function recordLine(owner: Name, type: number, ttl: number, rdata: Uint8Array): string {
  const hex = canonicalRdata(type, rdata).toHex();
  return `${nameToText(lowerName(owner))} ${ttl} ${mnemonicOfType(type)} ${hex}`;
}
