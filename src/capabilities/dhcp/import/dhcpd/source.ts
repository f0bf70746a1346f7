/** `homeport import dhcpd`. */
import type { Place } from "#platform/import/place.ts";
import { textOf, wordAt } from "#protocols/dhcpdconf/tree.ts";
import { shown } from "#protocols/namedconf/problem.ts";
import { ImportDraft } from "../draft.ts";
import { emitSection } from "../emit.ts";
import type { ConfigSource, ReadConfig } from "../import-config.ts";
import { dhcpdLayout } from "./layout.ts";
import { loadDhcpdConf } from "./load.ts";
import { ConfigReader } from "./read-config.ts";

export const dhcpdSource: ConfigSource = { word: "dhcpd", layout: dhcpdLayout, read };

async function read(place: Place): Promise<ReadConfig> {
  const { statements, problems, missing, read: files } = await loadDhcpdConf(place);
  if (problems.length > 0) return { problems };
  const draft = new ImportDraft();
  for (const { statement, why } of missing) {
    const path = shown(textOf(wordAt(statement, 1) ?? ""), 200);
    draft.say(statement, `include "${path}"`, "left out", why);
  }
  emitSection(new ConfigReader(draft, statements));
  assumeDefaults(draft);
  return { draft, read: files, interfaces: [] };
}

/** Where dhcpd does otherwise than Homeport when neither is told what to do. */
function assumeDefaults({ section, lines, assumed }: ImportDraft): void {
  if (section.authoritative === undefined) {
    section.authoritative = false;
    assumed.add("clients that ask for an unknown address are told nothing, as `authoritative` is missing");
  }
  if (section.names.publish === false || lines.some(({ statement }) => statement.startsWith("ddns-update")))
    return;
  assumed.add(
    "names of clients are published, as ddns-update-style is missing; dhcpd publishes none, " +
      "and for that write dhcp.names.publish: false",
  );
}
