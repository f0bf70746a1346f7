/** `homeport import inadyn`. */
import type { Place } from "#platform/import/place.ts";
import { ImportDraft } from "../draft.ts";
import type { ConfigSource, ReadConfig } from "../import-config.ts";
import { inadynLayout } from "./layout.ts";
import { loadInadynConf } from "./load.ts";
import { readConf } from "./read-config.ts";

export const inadynSource: ConfigSource = { word: "inadyn", layout: inadynLayout, read };

async function read(place: Place): Promise<ReadConfig> {
  const loaded = await loadInadynConf(place);
  if (loaded.problems.some(({ severity }) => severity === "error")) return { problems: loaded.problems };
  const draft = new ImportDraft();
  draft.problems.push(...loaded.problems);
  for (const { include, why } of loaded.missing)
    draft.say(include, `include("${include.path}")`, "left out", why);
  readConf(draft, loaded);
  return { draft, read: loaded.read };
}
