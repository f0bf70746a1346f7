/** RDATA of every type, changed in the same ways: named-checkzone and we must refuse the same lines. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { parseName } from "#protocols/dns/name.ts";
import { recordFormats } from "#protocols/dns/records/index.ts";
import type { ZoneProblem } from "#protocols/zonefile/problem.ts";
import { parseZone } from "#protocols/zonefile/zone-file.ts";
import { findProgram, requirePeer } from "../peers.ts";

const changes: readonly (readonly [
  why: string,
  change: (rdata: string) => string,
  leaveOut?: readonly string[],
])[] = [
  ["as it is", (rdata) => rdata],
  ["without its last word", (rdata) => rdata.split(" ").slice(0, -1).join(" ")],
  ["with a word more", (rdata) => `${rdata} x`],
  ["with a number more", (rdata) => `${rdata} 1`, ["NXT"]], // obsolete; BIND takes types by number there
  ["with a negative number", (rdata) => rdata.replace(/\d+/, "-1")],
  ["with too large a number", (rdata) => rdata.replace(/\d+/, "99999999999")],
  ["with its first word in quotes", (rdata) => rdata.replace(/^(\S+)/, '"$1"')],
  ["in small letters", (rdata) => rdata.toLowerCase()],
  // BIND wants a small m behind a length; RFC 1876 does not say
  ["in capitals", (rdata) => rdata.toUpperCase(), ["LOC"]],
  ["with nothing in it", () => ""],
];

const head = ["$TTL 1h", "@ SOA ns hostmaster 1 2h 30m 2w 1h", "@ NS ns", "ns A 192.0.2.1"];
const formats = recordFormats.filter(({ mnemonic }) => !["SOA", "MD", "MF"].includes(mnemonic));

for (const [why, change, leaveOut = []] of changes) {
  test(`RDATA of every type ${why}`, (t) => {
    if (!requirePeer(t, "named-checkzone", "bind9-utils")) return;
    const lines = formats
      .filter(({ mnemonic }) => !leaveOut.includes(mnemonic))
      .map(({ mnemonic, example }, i) => {
        const owner = mnemonic === "NSEC3" ? "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom" : `a${i}`;
        return `${owner} ${mnemonic} ${change(example)}`;
      });
    assert.ok(lines.length >= 50);
    // BIND may skip the line behind one that ends too early
    const text = [...head, ...lines, ""].join("\n\n");
    assert.deepEqual(linesOf(text, ourRefusals(text)), linesOf(text, theirRefusals(text)));
  });
}

function ourRefusals(text: string): number[] {
  const problems: ZoneProblem[] = [];
  const summary = parseZone(
    { file: "zone", octets: new TextEncoder().encode(text) },
    {
      origin: parseName("example.com."),
      include: () => "no such file",
      onProblem: (problem) => problems.push(problem),
      sink: { record: () => {} },
    },
  );
  const errors = problems.filter(({ severity }) => severity === "error");
  assert.equal(errors.length, summary.errors);
  return errors.map(({ line }) => line!);
}

function theirRefusals(text: string): number[] {
  const folder = mkdtempSync(join(tmpdir(), "homeport-rdata-"));
  try {
    writeFileSync(join(folder, "zone"), text);
    const args = ["-i", "none", "-k", "ignore", "-w", folder, "example.com", "zone"];
    const { stdout, status } = spawnSync(findProgram("named-checkzone")!, args, {
      encoding: "latin1",
      timeout: 20_000,
    });
    const said = stdout.matchAll(/^(?:dns_rdata_fromtext|dns_master_load): zone:(\d+): /gm);
    const refused = [...new Set([...said].map(([, line]) => Number(line)))].sort((one, other) => one - other);
    assert.equal(status, refused.length === 0 ? 0 : 1, stdout);
    return refused;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function linesOf(text: string, numbers: readonly number[]): string[] {
  const lines = text.split("\n");
  return numbers.map((number) => `${number}: ${lines[number - 1]}`);
}
