/**
 * `npm run fuzz:flood [MINUTES]`: random and mutated packets at full rate against a server with two workers,
 * and good queries in between. Ends with 1 when a worker dies, an answer fails, a good query is lost, or
 * resident memory grows after the first minute.
 */
import { randomInt } from "node:crypto";
import { flood } from "../hostile/flood.ts";

const minutes = Number(process.argv[2] ?? 10);
/** What the heap of the main thread breathes. */
const growthOctetsMax = 16 * 1024 * 1024;

await using ending = new AsyncDisposableStack();
const after = (end?: () => unknown): void => {
  ending.defer(async () => {
    await end?.();
  });
};
const seed = randomInt(1, 2 ** 31);
const report = await flood(
  { after: after as never },
  { seconds: minutes * 60, settleSeconds: Math.min(60, minutes * 20), seed },
);
console.log(`seed ${seed}`, report);
const { first, most } = report.residentOctets;
const growth = most - first;
console.log(`memory grew by ${(growth / 1e6).toFixed(1)} MB after the first minute`);
const died = report.deaths.some((deaths) => deaths > 0);
if (died || report.faults > 0 || report.errors.length > 0 || report.lost > 0 || growth > growthOctetsMax) {
  process.exitCode = 1;
}
