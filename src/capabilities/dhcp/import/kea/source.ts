/** `homeport import kea`. */
import type { Place } from "#platform/import/place.ts";
import { secondsOf } from "#platform/site/config-fields.ts";
import { optionName } from "#protocols/dhcp4/option-table.ts";
import { KeaSyntaxError } from "#protocols/keaconf/json.ts";
import { ImportDraft, notCarriedOver } from "../draft.ts";
import { leaseTimeText } from "../duration-text.ts";
import { emitSection } from "../emit.ts";
import type { ConfigSource, ReadConfig } from "../import-config.ts";
import { chainOf, optionsIn } from "../scope.ts";
import { readDhcpDdns } from "./ddns.ts";
import { keaLayout } from "./layout.ts";
import { type LoadedKeaConf, loadKeaConf } from "./load.ts";
import { member } from "./member.ts";
import { ConfigReader } from "./read-config.ts";

export const keaSource: ConfigSource = { word: "kea", layout: keaLayout, read };

async function read(place: Place): Promise<ReadConfig> {
  let loaded: LoadedKeaConf;
  try {
    loaded = await loadKeaConf(place);
  } catch (error) {
    if (!(error instanceof KeaSyntaxError)) throw error;
    const { file, line, column, message, remedy } = error;
    return { problems: [{ severity: "error", file, line, column, what: message, remedy }] };
  }
  const { value, read: files } = loaded;
  const dhcp4 = value.kind === "map" ? member(value, "Dhcp4")?.value : undefined;
  if (value.kind !== "map" || dhcp4?.kind !== "map") {
    const what = "there is no Dhcp4 in it";
    return {
      problems: [{ severity: "error", file: files[0]!, what, remedy: "give the config of kea-dhcp4" }],
    };
  }
  const draft = new ImportDraft();
  const reader = new ConfigReader(draft, dhcp4);
  letSubnetsSayMore(draft, reader);
  emitSection(reader);
  for (const one of value.members) {
    if (one.name === "DhcpDdns" && one.value.kind === "map") readDhcpDdns(draft, one.value);
    else if (one.name !== "Dhcp4")
      draft.say(one, one.name, "not carried over", "another of Kea's programs; not part of this import");
  }
  bindLeaseTimes(draft);
  assumeDefaults(draft);
  return { draft, read: files, interfaces: reader.interfaces };
}

/** For Kea an option of a subnet counts before that of a class, for Homeport behind it. */
function letSubnetsSayMore({ assumed }: ImportDraft, { classes, subnets }: ConfigReader): void {
  const chains = subnets.map(({ scope }) => optionsIn(chainOf(scope, ({ kind }) => kind !== "global")));
  for (const { scope, name } of classes) {
    for (const [code, { line }] of scope.options) {
      const saying = chains.filter((options) => options.has(code)).length;
      if (saying > 0 && saying === chains.length) {
        scope.options.delete(code);
        notCarriedOver(line, "each subnet has it, which counts more");
      } else if (saying > 0) {
        assumed.add(
          `clients of ${name} get its ${optionName(code)} also in subnets that have one; with Kea not`,
        );
      }
    }
  }
}

/** Kea's own. */
const lifetimeDefault = 7_200;

/** Clients get the lifetime that is set, whatever they ask for, unless Kea is told bounds. */
function bindLeaseTimes({ section }: ImportDraft): void {
  section.leaseTime ??= leaseTimeText(lifetimeDefault);
  const times = [
    section.leaseTime,
    ...section.subnets.map(({ leaseTime }) => leaseTime ?? section.leaseTime!),
  ];
  const shortest = leaseTimeText(Math.min(...times.map(secondsOf)));
  section.maxLeaseTime ??= section.minLeaseTime ?? shortest;
  section.minLeaseTime ??=
    secondsOf(shortest) < secondsOf(section.maxLeaseTime) ? shortest : section.maxLeaseTime;
}

/** Where Kea does otherwise than Homeport when neither is told what to do. */
function assumeDefaults({ section, assumed, lines }: ImportDraft): void {
  if (section.authoritative === undefined) {
    section.authoritative = false;
    assumed.add("clients that ask for an unknown address are told nothing, as authoritative is missing");
  }
  if (section.names.publish === undefined && !lines.some(({ statement }) => statement === "dhcp-ddns"))
    assumed.add(
      "names of clients are published, as dhcp-ddns is missing; Kea publishes none, and for that write " +
        "dhcp.names.publish: false",
    );
}
