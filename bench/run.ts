/** `npm run bench [NAME …]`: measurements beside the installed peers, in one run, as ratios. */
import { manyZones } from "./many-zones.ts";
import { startTime } from "./start-time.ts";
import { storeRate } from "./store.ts";
import { zoneLoad } from "./zone-load.ts";

const benches: Readonly<Record<string, () => Promise<void>>> = {
  start: startTime,
  "zone-load": zoneLoad,
  "many-zones": manyZones,
  store: storeRate,
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !Object.hasOwn(benches, name));
if (unknown.length > 0) {
  console.error(`There is no bench ${unknown.join(", ")}; there are ${Object.keys(benches).join(", ")}.`);
  process.exitCode = 2;
} else {
  for (const [name, run] of Object.entries(benches)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    console.log(`\n## ${name}`);
    await run();
  }
}
