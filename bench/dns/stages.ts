/** The zones that servers are started with, and the questions that are asked of them. */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { findProgram } from "../../test/peers.ts";
import type { BenchZone } from "../server-arrangements.ts";
import { apexLines, hostLabel, hostsZone, writeLines } from "../zone-files.ts";
import { seededRandom } from "./random.ts";

const thousands = 10_000;
const million = 1_000_000;
/** Questions in a file; dnsperf begins anew at its end. */
const questionCount = 200_000;

export type StageName = "thousands" | "hundred-thousand" | "million" | "wildcard" | "delegation" | "signed";

interface Stage {
  readonly zone: string;
  readonly lines: () => Iterable<string>;
  readonly signed?: boolean;
}

export const changingZone = { name: "changing.example", names: 100_000 } as const;
export const millionZone = { name: "million.example", names: million } as const;

const stages: Readonly<Record<StageName, Stage>> = {
  thousands: { zone: "thousands.example", lines: () => hostsZone(thousands) },
  "hundred-thousand": { zone: changingZone.name, lines: () => hostsZone(changingZone.names) },
  million: { zone: millionZone.name, lines: () => hostsZone(million) },
  wildcard: {
    zone: "wildcard.example",
    lines: () => [...apexLines(), "*.any IN A 192.0.2.7"],
  },
  delegation: { zone: "delegation.example", lines: delegations },
  signed: { zone: "signed.example", lines: () => hostsZone(thousands), signed: true },
};

/** 10,000 zones below, each with two servers of its own and their addresses. */
function* delegations(): Generator<string> {
  yield* apexLines();
  for (let i = 0; i < thousands; i++) {
    const child = hostLabel(i);
    const address = `${(i >> 8) & 255}.${i & 255}`;
    yield `${child} IN NS ns1.${child}`;
    yield ` IN NS ns2.${child}`;
    yield `ns1.${child} IN A 10.1.${address}`;
    yield `ns2.${child} IN A 10.2.${address}`;
    yield `ns2.${child} IN AAAA 2001:db8::${i.toString(16)}`;
  }
}

/** What keeps a stage from being set up here, as a sentence. */
export function stageProblem(stage: StageName): string | undefined {
  if (stages[stage].signed !== true) return undefined;
  const missing = ["dnssec-keygen", "dnssec-signzone"].find((program) => findProgram(program) === undefined);
  return missing && `${missing} is not installed; Debian package bind9-utils brings it`;
}

/** Writes the stage's zone unless it is there already. */
export function stageZone(folder: string, stage: StageName): BenchZone {
  const { zone: name, lines, signed } = stages[stage];
  const file = join(folder, `${name}.db`);
  if (!existsSync(file)) {
    writeLines(file, lines());
    if (signed) sign(folder, name, file);
  }
  return { name, file };
}

/** Signs with one key of ECDSA P-256 (RFC 6605) and NSEC, in place. */
function sign(folder: string, zone: string, file: string): void {
  run(folder, ["dnssec-keygen", "-q", "-K", folder, "-a", "ECDSAP256SHA256", "-f", "KSK", zone]);
  const key = readdirSync(folder).find((name) => name.startsWith(`K${zone}.`) && name.endsWith(".key"))!;
  const words = ["-z", "-S", "-K", folder, "-o", zone, "-d", folder, "-O", "full", "-f", `${file}.signed`];
  run(folder, ["dnssec-signzone", ...words, file]);
  run(folder, ["mv", `${file}.signed`, file]);
  rmSync(join(folder, key));
}

function run(folder: string, [program, ...words]: readonly string[]): void {
  const { status, stderr } = spawnSync(findProgram(program!)!, words, { cwd: folder, encoding: "utf8" });
  if (status !== 0) throw new Error(`${program} ended with ${status}: ${stderr}`);
}

export type QuestionsName =
  | "hosts"
  | "half-missing"
  | "changing"
  | "million"
  | "wildcard"
  | "delegation"
  | "signed";

const random = () => seededRandom(20_000);

const questions: Readonly<Record<QuestionsName, () => Generator<string>>> = {
  hosts: () => hosts(stages.thousands.zone, thousands, questionCount),
  *"half-missing"() {
    const pick = random();
    for (let i = 0; i < questionCount; i++) {
      const missing = `none${String(pick(10_000_000)).padStart(7, "0")}`;
      yield `${i % 2 === 0 ? hostLabel(pick(thousands)) : missing}.${stages.thousands.zone} A`;
    }
  },
  changing: () => hosts(changingZone.name, changingZone.names, questionCount),
  million: () => hosts(stages.million.zone, million, million),
  *wildcard() {
    const pick = random();
    for (let i = 0; i < questionCount; i++) {
      yield `w${pick(2 ** 32).toString(36)}.any.${stages.wildcard.zone} A`;
    }
  },
  *delegation() {
    const pick = random();
    for (let i = 0; i < questionCount; i++) {
      yield `www.${hostLabel(pick(thousands))}.${stages.delegation.zone} A`;
    }
  },
  signed: () => hosts(stages.signed.zone, thousands, questionCount),
};

function* hosts(zone: string, names: number, count: number): Generator<string> {
  const pick = random();
  for (let i = 0; i < count; i++) yield `${hostLabel(pick(names))}.${zone} A`;
}

/** Writes the questions unless they are there already; returns the file, as dnsperf reads it. */
export function questionsFile(folder: string, name: QuestionsName): string {
  const file = join(folder, `${name}.questions`);
  if (!existsSync(file)) writeLines(file, questions[name]());
  return file;
}
