/** BIND's delv, a validator, accepts what Homeport answers for zones that were signed before it read them. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { findProgram, requirePeer } from "../peers.ts";
import { startHomeport } from "./homeport.ts";
import type { RunningPeer } from "./named.ts";
import { canSign, type SignedZones, signings, signZones } from "./signed-zones.ts";

const validated = /^; fully validated/m;
const noName = /resolution failed: ncache nxdomain[\s\S]*^; negative response, fully validated/m;
const noType = /resolution failed: ncache nxrrset[\s\S]*^; negative response, fully validated/m;

const questions: readonly (readonly [why: string, name: string, type: string, wanted: RegExp])[] = [
  ["a name with the type", "mail", "A", validated],
  ["the apex", "", "SOA", validated],
  ["the keys", "", "DNSKEY", validated],
  ["a name that is not there", "no-such", "A", noName],
  ["a name that is not there, below one that is", "no.such.mail", "A", noName],
  ["a name before all others", "\\000.", "A", noName],
  ["a name without the type", "mail", "MX", noType],
  ["an empty non-terminal", "b.c.ent", "A", noType],
  ["a name of a wildcard", "any.wild", "A", validated],
  ["a name of a wildcard, two labels below it", "more.any.wild", "A", validated],
  ["the wildcard itself", "*.wild", "A", validated],
  ["a wildcard without the type", "any.wild", "TXT", noType],
  ["a name that keeps the wildcard away", "no.there.wild", "A", noName],
  ["a wildcard that is an empty non-terminal", "any.nest", "A", noType],
  ["an alias", "alias2", "A", validated],
  ["an alias to a name of a wildcard", "alias4", "A", validated],
  ["an alias of a wildcard to a name of another", "any.far", "A", validated],
  ["a name below a DNAME", "any.tree", "A", validated],
  ["a delegation that is signed has a DS", "safe", "DS", validated],
  ["a delegation that is not signed has none", "open", "DS", noType],
  ["nor has one whose parent is an empty non-terminal", "x.y.open4", "DS", noType],
  ["names with odd octets", "z\\255last", "A", validated],
];

/** In a span that opted out the record that covers a name proves too little. RFC 5155 §9.2. */
const unsigned = /^; unsigned answer/m;
const unsignedWithOptOut = ["any.wild", "more.any.wild", "any.far"];

test("delv validates every kind of answer", async (t) => {
  if (!requirePeer(t, "delv", "bind9-dnsutils") || !canSign(t)) return;
  using signed = signZones();
  await using homeport = await startHomeport(signed.zones);
  for (const zone of Object.keys(signings)) {
    const anchors = writeAnchors(signed, zone);
    for (const [why, name, type, wanted] of questions) {
      await t.test(`${zone}: ${why}`, async () => {
        const isUnsigned = zone === "opt-out.example" && unsignedWithOptOut.includes(name) && type === "A";
        const owner = [...name.split(/(?<!\\)\.$/), zone].filter((part) => part !== "").join(".");
        assert.match(await askDelv(homeport, { zone, anchors, owner, type }), isUnsigned ? unsigned : wanted);
      });
    }
  }
});

function writeAnchors({ folder, keys }: SignedZones, zone: string): string {
  const file = join(folder, `${zone}.anchors`);
  const entries = keys.get(zone)!.map((record) => {
    const [owner, ...rest] = record.split(/\s+/);
    const [flags, protocol, algorithm, ...key] = rest.slice(rest.indexOf("DNSKEY") + 1);
    return `"${owner}" static-key ${flags} ${protocol} ${algorithm} "${key.join("")}";`;
  });
  writeFileSync(file, `trust-anchors {\n${entries.join("\n")}\n};\n`);
  return file;
}

interface Validation {
  readonly zone: string;
  readonly anchors: string;
  readonly owner: string;
  readonly type: string;
}

async function askDelv({ address, port }: RunningPeer, asked: Validation): Promise<string> {
  const { zone, anchors, owner, type } = asked;
  const args = ["-a", anchors, `@${address}`, "-p", String(port), `+root=${zone}`, "-q", owner, "-t", type];
  const child = spawn(findProgram("delv")!, args);
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (part: string) => {
      text += part;
    });
  }
  await new Promise<void>((resolve) => child.once("close", () => resolve()));
  return text;
}
