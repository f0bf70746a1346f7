/** `homeport import ddns-updater`. */
import { readFile } from "node:fs/promises";
import { locate, type Place, shownIn } from "#platform/import/place.ts";
import { KeaSyntaxError, type KeaValue, parseKeaJson } from "#protocols/keaconf/json.ts";
import { ImportDraft } from "../draft.ts";
import { pastAddresses } from "../history/past-address.ts";
import type { ConfigSource, ReadConfig } from "../import-config.ts";
import { ddnsUpdaterLayout } from "./layout.ts";
import { readSettings, type SuffixedNames } from "./read-config.ts";
import { readUpdates } from "./updates.ts";

export const ddnsUpdaterSource: ConfigSource = { word: "ddns-updater", layout: ddnsUpdaterLayout, read };

async function read(place: Place): Promise<ReadConfig> {
  const file = shownIn(place, place.configFile);
  let value: KeaValue;
  try {
    value = parseKeaJson(file, await readFile(place.configFile, "utf8"));
  } catch (error) {
    if (!(error instanceof KeaSyntaxError)) throw error;
    const { line, column, message, remedy } = error;
    return { problems: [{ severity: "error", file, line, column, what: message, remedy }] };
  }
  const settings =
    value.kind === "map" ? value.members.find(({ name }) => name === "settings")?.value : undefined;
  if (settings?.kind !== "list") {
    const what = "there is no list of settings in it";
    return {
      problems: [{ severity: "error", file, what, remedy: 'give the config.json with "settings": […]' }],
    };
  }
  const draft = new ImportDraft();
  draft.assumed.add(
    "PERIOD, the methods, the notices and the rest of ddns-updater's environment are not in config.json: the defaults count",
  );
  const suffixed = readSettings(draft, settings);
  const updates = await readHistory(draft, place, suffixed);
  return { draft, read: [file, ...updates] };
}

/** updates.json lies beside the config. */
async function readHistory(
  draft: ImportDraft,
  place: Place,
  suffixed: SuffixedNames,
): Promise<readonly string[]> {
  const found = await locate(place, "updates.json", [place.folder, place.configFile.replace(/[^/]*$/, "")]);
  if (!("path" in found)) return [];
  const file = shownIn(place, found.path);
  let value: unknown;
  try {
    value = JSON.parse(await readFile(found.path, "utf8"));
  } catch {
    draft.say({ file, line: 1 }, "the file", "left out", "it is no JSON; the history is not imported");
    return [file];
  }
  // The address of another machine, made of the site's prefix, is not the site's
  const updates = readUpdates(file, value, (owner, domain, address) => {
    return !(address.includes(":") && suffixed.has(owner, domain));
  });
  if (updates === undefined) {
    draft.say({ file, line: 1 }, "the file", "left out", "it is no updates.json of ddns-updater");
    return [file];
  }
  const addresses = pastAddresses(updates.told);
  draft.history.push(...addresses);
  draft.problems.push(...updates.problems);
  const number = `${addresses.length} ${addresses.length === 1 ? "address" : "addresses"}`;
  const detail = "the history of the site's address: from each update to the next with another one";
  draft.say({ file, line: 1 }, number, addresses.length === 0 ? "not carried over" : "imported", detail);
  return [file];
}
