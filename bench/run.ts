/**
 * `npm run bench [NAME …]`: measurements beside the installed peers, in one run, as ratios.
 * `npm run bench dns -- --cases hits,tcp --servers homeport,nsd --rounds 3 --seconds 5` chooses among those
 * of `dns`; `dhcp` and `ddns` take such words too.
 */
import { parseArgs } from "node:util";
import { ddnsBench } from "./ddns.ts";
import { dhcpBench } from "./dhcp.ts";
import { OptionError } from "./dns/options.ts";
import { dnsBench } from "./dns.ts";
import { manyZones } from "./many-zones.ts";
import { startTime } from "./start-time.ts";
import { storeRate } from "./store.ts";
import { transferTimes } from "./transfers.ts";
import { updateRate } from "./updates.ts";
import { zoneLoad } from "./zone-load.ts";

const text = { type: "string" } as const;

function typed() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: { cases: text, servers: text, rounds: text, seconds: text },
    });
  } catch (error) {
    throw new OptionError((error as Error).message);
  }
}

async function runBenches(): Promise<void> {
  const { values, positionals: wanted } = typed();
  const benches: Readonly<Record<string, () => Promise<void>>> = {
    start: startTime,
    "zone-load": zoneLoad,
    "many-zones": manyZones,
    store: storeRate,
    updates: updateRate,
    transfers: transferTimes,
    dns: () => dnsBench(values),
    dhcp: () => dhcpBench(values),
    ddns: () => ddnsBench(values),
  };
  const unknown = wanted.filter((name) => !Object.hasOwn(benches, name));
  if (unknown.length > 0) {
    const all = Object.keys(benches).join(", ");
    throw new OptionError(`There is no bench ${unknown.join(", ")}; there are ${all}.`);
  }
  if (Object.keys(values).length > 0 && !["dns", "dhcp", "ddns"].some((name) => wanted.includes(name))) {
    throw new OptionError(
      "Options belong to the benches dns, dhcp and ddns: npm run bench dns -- --cases hits",
    );
  }
  for (const [name, run] of Object.entries(benches)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    console.log(`\n## ${name}`);
    await run();
  }
}

try {
  await runBenches();
} catch (error) {
  if (!(error instanceof OptionError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
