/** What a site takes while nothing changes, and how long it takes to start. */
import { setTimeout as delay } from "node:timers/promises";
import type { Workplace } from "../workplace.ts";
import { addressOf } from "./bench-addresses.ts";
import { DdnsSite, setAddress } from "./ddns-site.ts";
import { untilSeen } from "./name-seer.ts";
import { commandMethod } from "./site-lines.ts";

/** Until what a start and a publication began has ended. */
const settleMs = 8_000;

export interface QuietLife {
  /** Undefined: the site has no section `ddns`. */
  readonly records: number | undefined;
  /** On a processor, for each minute. */
  readonly cpuMsAMinute: number;
  readonly residentOctets: number;
  /** From the start of the process to the first answer, each time. */
  readonly startsMs: readonly number[];
}

export interface QuietOrder {
  /** Of each site; undefined: without the section. */
  readonly records: readonly (number | undefined)[];
  readonly seconds: number;
  readonly starts: number;
  /** How often the address is looked at. */
  readonly every: string;
}

/** All sites live at the same time, so that what goes on at the machine is the same for all. */
export async function quietLives(place: Workplace, order: QuietOrder): Promise<readonly QuietLife[]> {
  const { records, seconds, starts, every } = order;
  const address = addressOf(1);
  setAddress(place, address);
  const method = commandMethod(DdnsSite.addressFile(place));
  const sites: DdnsSite[] = [];
  for (const count of records) {
    const wish = count === undefined ? {} : { records: { count, method, every } };
    const site = await DdnsSite.start(place, { wish });
    const { port, zone } = site;
    const watched = { port, zone, names: count ?? 0, address, pauseMs: 20, patienceMs: 120_000 };
    if (count !== undefined) await untilSeen(watched, async () => {});
    sites.push(site);
  }
  const startsMs: number[][] = sites.map(() => []);
  for (let start = 0; start < starts; start++)
    for (const [index, site] of sites.entries()) startsMs[index]!.push(await site.restart());
  await delay(settleMs);
  const before = sites.map(({ group }) => group.cpuNanoseconds());
  await delay(seconds * 1_000);
  return sites.map(({ group }, index) => ({
    records: records[index],
    cpuMsAMinute: (Number(group.cpuNanoseconds() - before[index]!) / 1e6 / seconds) * 60,
    residentOctets: group.residentOctets(),
    startsMs: startsMs[index]!,
  }));
}
