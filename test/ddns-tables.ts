/** Whom `ddns` can ask and where it can publish, in the tables of its README. */
import { z } from "zod";
import { DdnsConfig } from "../src/capabilities/ddns/config.ts";
import { providerDefinitions } from "../src/capabilities/ddns/providers/definitions.ts";
import type { ProviderDefinition } from "../src/capabilities/ddns/providers/provider.ts";
import { refreshShare } from "../src/capabilities/ddns/publish/schedule.ts";
import { echoServices } from "../src/capabilities/ddns/watch/echo-services.ts";
import { whoamiServers } from "../src/capabilities/ddns/watch/methods/dns.ts";
import { stunServers } from "../src/capabilities/ddns/watch/methods/stun.ts";
import { type DocumentedTable, tableRow } from "./readme-table.ts";

interface Field {
  readonly description?: string;
  readonly const?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Field>>;
  readonly items?: Field;
  readonly anyOf?: readonly Field[];
  readonly oneOf?: readonly Field[];
}

const byType = [...providerDefinitions].sort((one, other) => (one.type < other.type ? -1 : 1));

/** Types in a cell; of a setting that more have, the largest group is that of all others. */
const typesInCellMax = 6;

export const ddnsTables: readonly DocumentedTable[] = [
  { heading: "| method | who is asked | settings |", rows: methodRows() },
  { heading: "| method | name | where | whose voice |", rows: askedRows() },
  {
    heading: "| type | provider | records | settings | of records | refreshed after |",
    rows: providerRows(),
  },
  { heading: "| setting | of providers | meaning |", rows: providerSettingRows() },
];

function methodRows(): string[] {
  const schema = z.toJSONSchema(DdnsConfig, { io: "input" }) as Field;
  const { items } = schema.properties!["address"]!.properties!["ipv4"]!;
  const methods = items!.anyOf!.flatMap(({ oneOf = [] }) => oneOf);
  return methods.map(({ properties }) => {
    const { method, trust: _, ...settings } = properties!;
    const meanings = Object.entries(settings).map(([name, field]) => `${code(name)}: ${meaningOf(field)}`);
    return tableRow(code(method!.const!), method!.description!, meanings.join(". "));
  });
}

/** Everybody on the Internet who is asked without being named in the site file. */
function askedRows(): string[] {
  return [
    ...echoServices.map(({ name, operator, ipv4, ipv6 }) => {
      const hosts = new Set([ipv4, ipv6].flatMap((url) => (url === undefined ? [] : [new URL(url).host])));
      return tableRow(code("https"), code(name), [...hosts].join(", "), operator);
    }),
    ...whoamiServers.map(({ name, operator, addresses, https }) => {
      const places = `${new URL(https.url).host}; by UDP and DoT ${addresses.ipv4}, ${addresses.ipv6}`;
      return tableRow(code("dns"), name, places, operator);
    }),
    ...stunServers.map(({ server, operator }) => tableRow(code("stun"), "-", server, operator)),
  ];
}

function providerRows(): string[] {
  return byType.map((definition) => {
    const { type, title, types, hasTtl, hasProxy, refreshDays } = definition;
    const names = fieldsOf(definition).map(([name]) => code(name));
    const ofRecords = [...(hasTtl ? [code("ttl")] : []), ...(hasProxy ? [code("proxied")] : [])];
    const refreshed = refreshDays === undefined ? "-" : `${refreshDays * refreshShare} days`;
    return tableRow(
      code(type),
      title,
      types.join(", "),
      names.join(", "),
      ofRecords.join(", ") || "-",
      refreshed,
    );
  });
}

function providerSettingRows(): string[] {
  const all = byType.flatMap((definition) =>
    fieldsOf(definition).map(([name, field]) => ({ name, meaning: meaningOf(field), type: definition.type })),
  );
  const names = [...new Set(all.map(({ name }) => name))].sort();
  return names.flatMap((name) => {
    const own = all.filter((one) => one.name === name);
    const groups = [...Map.groupBy(own, ({ meaning }) => meaning)].sort(
      ([, one], [, other]) => one.length - other.length,
    );
    return groups.map(([meaning, group], at) => {
      const isRest = at === groups.length - 1 && group.length > typesInCellMax;
      const types = group.map(({ type }) => code(type)).join(", ");
      const rest = groups.length === 1 ? "all that have it" : "all others that have it";
      return tableRow(code(name), isRest ? rest : types, meaning);
    });
  });
}

/** Without those that name a file of a secret. */
function fieldsOf({ settings }: ProviderDefinition): readonly (readonly [name: string, field: Field])[] {
  const { properties = {} } = z.toJSONSchema(z.strictObject(settings), { io: "input" }) as Field;
  const isFile = (name: string): boolean => name.endsWith("File") && name.slice(0, -4) in properties;
  return Object.entries(properties).filter(([name]) => !isFile(name));
}

function meaningOf({ description = "", default: fallback }: Field): string {
  // Where each provider has its API is no news
  const meaning = description.replace(/^(URL of its API; default: )http.*$/, "$1where it is known to be");
  return fallback === undefined ? meaning : `${meaning}; default: ${code(JSON.stringify(fallback))}`;
}

function code(text: string): string {
  return `\`${text}\``;
}
