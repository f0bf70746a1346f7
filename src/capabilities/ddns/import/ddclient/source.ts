/** `homeport import ddclient`. */
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { type Place, shownIn } from "#platform/import/place.ts";
import { parseDdclientCache } from "#protocols/ddclientconf/cache.ts";
import { parseDdclientConf } from "#protocols/ddclientconf/lines.ts";
import { ImportDraft } from "../draft.ts";
import { lastAddresses } from "../history/read-history.ts";
import type { ConfigImportRequest, ConfigSource, ReadConfig } from "../import-config.ts";
import { ddclientLayout } from "./layout.ts";
import { readEntries } from "./read-config.ts";

export const ddclientSource: ConfigSource = { word: "ddclient", layout: ddclientLayout, read };

async function read(place: Place, { cache }: ConfigImportRequest): Promise<ReadConfig> {
  const file = shownIn(place, place.configFile);
  const { entries, problems } = parseDdclientConf(file, await readFile(place.configFile, "utf8"));
  if (problems.some(({ severity }) => severity === "error")) return { problems };
  const draft = new ImportDraft();
  draft.problems.push(...problems);
  await readEntries(draft, place, entries);
  if (cache !== undefined) await readCache(draft, cache);
  return { draft, read: [file, ...(cache === undefined ? [] : [cache])] };
}

async function readCache(draft: ImportDraft, path: string): Promise<void> {
  const file = basename(path);
  const { hosts } = parseDdclientCache(file, await readFile(path, "utf8"));
  const addresses = lastAddresses(hosts);
  draft.history.push(...addresses);
  const why = addresses.length === 0 ? "there is no address in it" : "the addresses that were told last";
  draft.say(
    { file, line: 1 },
    `${hosts.length} ${hosts.length === 1 ? "host" : "hosts"}`,
    addresses.length === 0 ? "not carried over" : "imported",
    why,
  );
}
