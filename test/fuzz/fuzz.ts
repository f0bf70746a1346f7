/**
 * `npm run fuzz [MINUTES] [TARGET]`: random and mutated input for everything that reads what others send, for
 * minutes, in one process.
 * Ends with 1 at the first crash, or when memory still grows after the first fifth of the time.
 */
import { randomInt } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { decodeMessage, encodeMessage } from "#protocols/dns/message.ts";
import { parseName } from "#protocols/dns/name.ts";
import { formatOf, recordFormats } from "#protocols/dns/records/index.ts";
import { WireError, WireReader, WireWriter } from "#protocols/dns/wire.ts";
import { parseZone } from "#protocols/zonefile/zone-file.ts";
import { Transport } from "../../src/capabilities/dns/engine/transport.ts";
import { hostileEngine } from "../hostile/engine-under-test.ts";
import { names } from "../hostile/hostile-zone.ts";
import { changeTargets } from "./change-targets.ts";
import { ddnsTargets } from "./ddns-targets.ts";
import { dhcp4Targets } from "./dhcp4-targets.ts";

const minutes = Number(process.argv[2] ?? 5);
/** Reached within seconds, so that the corpus is not what grows. */
const seedsMax = 1000;
const growthOctetsMax = 4 * 1024 * 1024;
setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** What is alive after a collection: resident memory also holds what V8 keeps for the next garbage. */
function livingOctets(): number {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const engine = hostileEngine();
const reply = new Uint8Array(65_535);
const client = Uint8Array.of(192, 0, 2, 99);
const lab = join(import.meta.dirname, "../../examples/foundry");
const zoneSeed = readFileSync(join(lab, "zones/dmz.mydomain.com.db"));
const origin = parseName("dmz.mydomain.com.");
const seeds: Uint8Array[] = names.flatMap((name) =>
  [1, 2, 5, 15, 16, 43, 255].map((type) =>
    encodeMessage({
      ...decodeMessage(Uint8Array.fromHex("000001000000000000000000")),
      questions: [{ name: parseName(name), type, class: 1 }],
    }),
  ),
);

const allTargets: Readonly<Record<string, () => void>> = {
  engine: () => {
    const octets = mutated(seeds[randomInt(seeds.length)]!);
    const transport = randomInt(2) === 0 ? Transport.udp : Transport.tcp;
    const length = engine.answer(octets, octets.length, client, transport, reply);
    if (length > 0) {
      const answer = reply.slice(0, length);
      decodeMessage(answer);
      if (seeds.length < seedsMax) seeds.push(octets);
    }
  },
  message: () => {
    tolerate(() => void decodeMessage(mutated(seeds[randomInt(seeds.length)]!)));
  },
  record: () => {
    const format = recordFormats[randomInt(recordFormats.length)]!;
    const octets = randomOctets(randomInt(80));
    tolerate(() => {
      const data = format.decode(new WireReader(octets));
      const writer = new WireWriter();
      formatOf(format.type)!.encode(data, writer);
      format.print(data);
    });
  },
  zoneFile: () => {
    const octets = mutated(zoneSeed);
    const sink = { record: (): void => {} };
    parseZone({ file: "fuzz", octets }, { origin, include: () => "not read", sink, onProblem: () => {} });
  },
  ...changeTargets((seed) => mutated(seed)),
  ...dhcp4Targets((seed) => mutated(seed)),
  ...ddnsTargets((seed) => mutated(seed)),
};
const wanted = process.argv[3];
const targets = Object.entries(allTargets).filter(([name]) => wanted === undefined || name === wanted);
if (targets.length === 0) throw new Error(`targets are ${Object.keys(allTargets).join(", ")}`);

function mutated(seed: Uint8Array): Uint8Array {
  const octets = Uint8Array.from(seed);
  for (let changes = randomInt(6); changes > 0; changes--) octets[randomInt(octets.length)] = randomInt(256);
  const way = randomInt(8);
  if (way === 0) return octets.slice(0, randomInt(octets.length));
  if (way === 1) return Uint8Array.from([...octets, ...randomOctets(randomInt(200))]);
  return octets;
}

function randomOctets(length: number): Uint8Array {
  return Uint8Array.from({ length }, () => randomInt(256));
}

function tolerate(run: () => void): void {
  try {
    run();
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
  }
}

const endMs = performance.now() + minutes * 60_000;
const baselineMs = performance.now() + minutes * 12_000;
let baseline = 0;
let runs = 0;
const counts = new Map<string, number>();
while (performance.now() < endMs) {
  for (const [name, run] of targets) {
    for (let i = 0; i < 200; i++) {
      try {
        run();
      } catch (error) {
        console.error(`${name} failed after ${runs} runs`);
        throw error;
      }
      runs++;
    }
    counts.set(name, (counts.get(name) ?? 0) + 200);
  }
  await setImmediate();
  if (baseline === 0 && performance.now() > baselineMs) baseline = livingOctets();
}
const growth = livingOctets() - baseline;
console.log(
  `${runs} runs in ${minutes} minutes, memory grew by ${(growth / 1e6).toFixed(1)} MB after the first fifth`,
);
console.log(Array.from(counts, ([name, count]) => `${name} ${count}`).join(", "));
if (growth > growthOctetsMax) throw new Error("memory grows");
