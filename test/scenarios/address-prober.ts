/**
 * Asks addresses for `www.lab.example` again and again, one query of each at a time. For each line that it
 * reads it prints how many got an answer since the line before, as JSON; then at least ten more are asked of
 * each.
 */
import { createInterface } from "node:readline";
import { askUdp } from "../../src/platform/dns-query/ask.ts";
import { labQuery } from "./lab-query.ts";

const waitMs = 500;
const askedMin = 10;

interface Target {
  readonly address: string;
  readonly port: number;
  asked: number;
  lost: number;
}

const targets: Target[] = process.argv.slice(2).map((word) => {
  const [address = "", port] = word.split(" ");
  return { address, port: Number(port), asked: 0, lost: 0 };
});
let ended = false;

async function probe(target: Target): Promise<void> {
  for (let id = 1; !ended; id++) {
    const answered = await askUdp(labQuery(id), target, waitMs).then(
      () => true,
      () => false,
    );
    target.asked++;
    if (!answered) target.lost++;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

for (const target of targets) void probe(target);
for await (const _ of createInterface(process.stdin)) {
  while (targets.some(({ asked }) => asked < askedMin))
    await new Promise((resolve) => setTimeout(resolve, 5));
  const counts = targets.map(({ address, asked, lost }) => [address, { asked, lost }]);
  console.log(JSON.stringify(Object.fromEntries(counts)));
  for (const target of targets) target.asked = target.lost = 0;
}
ended = true;
