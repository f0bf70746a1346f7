/** Kills a process that writes, again and again, and looks whether the store kept its word. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Store } from "#contracts/store.ts";
import { collectLog } from "#platform/log/collected-log.ts";
import { openStore } from "#platform/store/store.ts";

const rounds = 50;
const writers = 32;
const perRoundMax = 10_000;
const seed = Number(process.env["HOMEPORT_SEED"] ?? randomInt(2 ** 31));

test(`32 writers of up to 10,000 transactions, killed 50 times at a random moment (seed ${seed}): every acknowledged one is found, whole`, async (t) => {
  const folder = mkdtempSync(join(fastFolder(), "homeport-kill-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const random = randomFrom(seed);
  let acknowledgedInAll = 0;
  let revision = 0;
  for (let round = 0; round < rounds; round++) {
    // Squared: early moments more often, since they cost less time and find as much.
    const killAfter = 1 + Math.floor(random() ** 2 * perRoundMax * 0.9);
    const acknowledged = await writeUntilKilled(folder, round, killAfter);
    assert.ok(acknowledged.size > 0, `round ${round} acknowledged nothing`);
    acknowledgedInAll += acknowledged.size;
    await using store = await openStore({ folder, log: collectLog().log, nowMs: Date.now });
    revision = await checkRound(store, round, acknowledged, revision);
  }
  t.diagnostic(`seed ${seed}: ${acknowledgedInAll} acknowledged transactions in ${rounds} rounds, all found`);
  assert.ok(acknowledgedInAll >= perRoundMax);
});

/** Revision of each acknowledged transaction, by name. */
async function writeUntilKilled(
  folder: string,
  round: number,
  killAfter: number,
): Promise<Map<string, number>> {
  const program = fileURLToPath(new URL("kill-writer.ts", import.meta.url));
  const record = join(folder, `acknowledged-${round}`);
  const words = [program, folder, record, `${round}`, `${writers}`, `${perRoundMax}`];
  const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "inherit"] });
  let dots = 0;
  child.stdout.on("data", (text: Buffer) => {
    dots += text.length;
    if (dots >= killAfter) child.kill("SIGKILL");
  });
  const [, signal] = await once(child, "close");
  assert.equal(signal, "SIGKILL", "it was to be killed while it wrote");
  const lines = readFileSync(record, "utf8").split("\n").slice(0, -1); // the last piece is no whole line
  return new Map(
    lines.map((line) => {
      const [name = "", revision] = line.split(" ");
      return [name, Number(revision)];
    }),
  );
}

/** Returns the newest revision. */
async function checkRound(
  store: Store,
  round: number,
  acknowledged: ReadonlyMap<string, number>,
  revisionBefore: number,
): Promise<number> {
  const found = async (side: string) => {
    const prefix = `round/${round}/${side}/`;
    const entries = await store.list(prefix);
    return new Map(entries.map(({ key, modifyRevision }) => [key.slice(prefix.length), modifyRevision]));
  };
  const left = await found("left");
  assert.deepEqual(await found("right"), left, "both keys of each transaction, or neither");
  for (const [name, revision] of acknowledged) {
    assert.equal(left.get(name), revision, `round ${round}: ${name}, acknowledged with revision ${revision}`);
  }
  const newest = await store.revision();
  const revisions = [...left.values()].sort((one, other) => one - other);
  assert.deepEqual(
    revisions,
    Array.from(revisions, (_, index) => revisionBefore + 1 + index),
    "no revision is missing",
  );
  assert.equal(newest, revisionBefore + revisions.length, "and all earlier rounds are still there");
  return newest;
}

/**
 * Memory, where there is a file system of it: what a killed process gave to the kernel stays there as it
 * would on a disk,
 * and without waiting for a disk, far more transactions fit into the time. HOMEPORT_KILL_FOLDER names
 * another.
 */
function fastFolder(): string {
  return process.env["HOMEPORT_KILL_FOLDER"] ?? (existsSync("/dev/shm") ? "/dev/shm" : tmpdir());
}

/** Mulberry32: the same numbers for the same seed. */
function randomFrom(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
