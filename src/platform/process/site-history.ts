/**
 * What the site file said each time it was taken, kept in the store: "what did this look like last Tuesday",
 * and the way back
 * for those who do not keep it in git.
 */
import { z } from "zod";
import type { Log } from "#contracts/log.ts";
import type { Store } from "#contracts/store.ts";
import { shownSiteText } from "../site/shown-text.ts";
import { type HistoryRule, limits as storeLimits } from "../store/limits.ts";
import { typedKey } from "../store/typed-key.ts";

const SiteFile = z.object({
  path: z.string(),
  /** Absent for a file that is larger than a transaction may be. */
  text: z.string().optional(),
  octets: z.int(),
});

const key = typedKey("site/", SiteFile);
const name = "file";
const textOctetsMax = storeLimits.transactionOctetsMax / 4; // JSON may take two characters for one

/** As many changes as an operator will look through, however old. */
export const siteHistoryRule: HistoryRule = {
  prefix: key.prefix,
  changesMax: 200,
  ageMaxMs: Number.MAX_SAFE_INTEGER,
};

export interface SiteChange {
  readonly revision: number;
  readonly at: string;
  readonly path: string;
  readonly octets: number;
}

/**
 * Adds what was just taken, when it differs from what was taken last. A full disk must not keep a site from
 * starting.
 */
export async function recordSiteFile(
  store: Store,
  site: { file: string; text: string },
  log: Log,
): Promise<void> {
  try {
    const octets = Buffer.byteLength(site.text);
    const text = octets > textOctetsMax ? undefined : site.text;
    const last = await key.get(store, name);
    if (last?.value.path === site.file && last.value.octets === octets && last.value.text === text) return;
    const value = { path: site.file, octets, ...(text === undefined ? {} : { text }) };
    await store.transact([], [key.put(name, value)]);
  } catch (error) {
    log.warn({ error: String(error) }, "the history of the site file could not be written");
  }
}

/** Newest first. */
export async function siteHistory(store: Store): Promise<SiteChange[]> {
  const changes = await store.history(key.key(name));
  return changes.map(({ revision, atMs, value }) => {
    const { path, octets } = key.parse(value);
    return { revision, at: new Date(atMs).toISOString(), path, octets };
  });
}

/** The file as it was taken at a revision, but for its secrets; undefined when that is not kept. */
export async function siteTextAt(store: Store, revision: number): Promise<string | undefined> {
  const changes = await store.history(key.key(name));
  const change = changes.find((one) => one.revision === revision);
  const text = change === undefined ? undefined : key.parse(change.value).text;
  return text === undefined ? undefined : shownSiteText(text);
}
