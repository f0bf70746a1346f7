/** `homeport import dnsmasq`. */
import type { Place } from "#platform/import/place.ts";
import { ImportDraft } from "../draft.ts";
import type { ConfigSource, ReadConfig } from "../import-config.ts";
import type { MachineInterface } from "../interfaces.ts";
import { dnsmasqLayout } from "./layout.ts";
import { loadDnsmasqConf } from "./load.ts";
import { ConfigReader } from "./read-config.ts";

export const dnsmasqSource: ConfigSource = { word: "dnsmasq", layout: dnsmasqLayout, read };

async function read(place: Place, machine: readonly MachineInterface[]): Promise<ReadConfig> {
  const { lines, problems, missing, read: files } = await loadDnsmasqConf(place);
  if (problems.length > 0) return { problems };
  const draft = new ImportDraft();
  for (const { line, why } of missing)
    draft.say(line, `${line.name}=${line.fields.join(",")}`, "left out", why);
  const reader = new ConfigReader(draft, lines, machine);
  reader.read();
  return { draft, read: files, interfaces: reader.interfaces };
}
