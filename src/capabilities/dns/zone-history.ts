/** Remembers in the store when each zone changed state or serial: "since when does it serve that?" */
import { createHash } from "node:crypto";
import type { Ports } from "#contracts/capability.ts";
import type { ConfigProblem } from "#contracts/configuration.ts";
import type { Store, StoreOperation } from "#contracts/store.ts";
import { limits as storeLimits } from "#platform/store/limits.ts";
import { zoneProblems } from "./status.ts";
import { type SiteZone, type ZoneSet, zoneText } from "./zones/zone-set.ts";

/** `zone`: its text. A name of 255 octets that are no letters is longer in text than a key may be. */
export function zoneHistoryKey(zone: string): string {
  if (zone.length <= plainLengthMax) return `dns/zones/${zone}/state`;
  const hash = createHash("sha256").update(zone).digest("hex");
  return `dns/zones/${zone.slice(0, 100)}%%${hash}/state`;
}

const plainLengthMax = 512;

export interface ZoneHistoryEntry {
  readonly state: SiteZone["state"];
  readonly serial: number | null;
  readonly records: number;
  readonly problems: number;
}

/**
 * Writes what differs, beside the work: answering does not wait for it, and a full disk must not stop it.
 * Returns what went wrong.
 */
export async function recordZoneStates(ports: Ports, served: ZoneSet): Promise<ConfigProblem | undefined> {
  try {
    await record(ports, served);
    return undefined;
  } catch (error) {
    const what = "the history of zones could not be written";
    ports.log.warn({ error: String(error) }, what);
    const why = error instanceof Error ? error.message : String(error);
    return {
      severity: "warning",
      what: `${what}: ${why}`,
      remedy: "make room in the data folder and reload",
    };
  }
}

async function record(ports: Ports, served: ZoneSet): Promise<void> {
  const operations: StoreOperation[] = [];
  const known = await knownStates(ports.store);
  for (const [name, zone] of served.zones) {
    const key = zoneHistoryKey(zoneText(name));
    const value = historyEntry(zone);
    if (known.get(key) !== JSON.stringify(value)) operations.push({ do: "put", key, value });
    known.delete(key);
  }
  // Of zones that are no more only the past is kept: catalogs may bring some and take them away without end.
  for (const key of known.keys()) operations.push({ do: "delete", key });
  const { operationsMax } = storeLimits;
  for (let at = 0; at < operations.length; at += operationsMax) {
    await ports.store.transact([], operations.slice(at, at + operationsMax));
  }
}

/** The entries of the store, so that a restart that changes nothing writes nothing. */
async function knownStates(store: Store): Promise<Map<string, string>> {
  const known = new Map<string, string>();
  let after: string | undefined;
  for (;;) {
    const page = await store.list("dns/zones/", { limit: 1000, ...(after === undefined ? {} : { after }) });
    for (const { key, value } of page) known.set(key, JSON.stringify(value));
    if (page.length < 1000) return known;
    after = page.at(-1)!.key;
  }
}

function historyEntry(zone: SiteZone): ZoneHistoryEntry {
  const { state, image } = zone;
  return {
    state,
    serial: image?.serial() ?? null,
    records: image?.recordCount ?? 0,
    problems: zoneProblems(zone).length,
  };
}
