/** What is wrong with the records of the site file that their schema cannot see. Pure. */
import type { ConfigProblem } from "#contracts/configuration.ts";
import { interfaceIdProblem } from "#protocols/public-address/prefix.ts";
import type { DdnsConfig, RecordConfig } from "../config.ts";
import { definitionOf } from "../providers/definitions.ts";
import { ownZonesDefinition } from "../providers/own-zones.ts";
import type { ProviderDefinition } from "../providers/provider.ts";
import { ownZones } from "./own-zones-name.ts";
import { recordPlanner } from "./record-plan.ts";

type Found = Omit<ConfigProblem, "path">;

export function recordProblems(
  config: Pick<DdnsConfig, "records" | "address" | "providers">,
): readonly ConfigProblem[] {
  const definitions = new Map(config.providers.map(({ name, type }) => [name, definitionOf(type)!]));
  definitions.set(ownZones, ownZonesDefinition);
  const plan = recordPlanner(config);
  const seen = new Set<string>();
  return config.records.flatMap((record, index): ConfigProblem[] => {
    const path = `ddns.records[${index}]`;
    const { provider, interfaceId } = record;
    const mistake = interfaceId && interfaceIdProblem(interfaceId, config.address.prefix.length);
    if (mistake !== undefined)
      return [
        {
          severity: "error",
          path: `${path}.interfaceId`,
          what: mistake,
          remedy: "write one that fits the prefix",
        },
      ];
    const planned = plan(record);
    const twice = planned.filter(({ id }) => seen.has(id) || !seen.add(id));
    return [
      ...(planned.length > 0 ? [] : [{ ...nothing(definitions.get(provider)!), path }]),
      ...twice.map(
        ({ name, type }): ConfigProblem => ({
          severity: "error",
          path,
          what: `${name} ${type} is at ${provider} twice`,
          remedy: "remove one, or write `types`",
        }),
      ),
      ...[...unfit(record, definitions.get(provider)!), ...blind(record, config.address)].map((one) => ({
        ...one,
        path,
      })),
    ];
  });
}

function nothing({ title, types }: ProviderDefinition): Found {
  return {
    severity: "warning",
    what: `stands for no record: ${title} takes ${types.join(" and ")}, and no such address is looked for`,
    remedy: "write methods into ddns.address",
  };
}

/** What its provider does not take. */
function unfit({ types, interfaceId, ttl, proxied }: RecordConfig, definition: ProviderDefinition): Found[] {
  const { title, hasTtl, hasProxy } = definition;
  const wanted = interfaceId === undefined ? (types ?? []) : (["AAAA"] as const);
  const foreign = wanted.filter((type) => !definition.types.includes(type));
  const idle = (field: string): Found => ({
    severity: "warning",
    what: `\`${field}\` does nothing at ${title}`,
    remedy: "remove it",
  });
  return [
    ...foreign.map(
      (type): Found => ({
        severity: "error",
        what: `${title} takes no ${type} records`,
        remedy: "choose another provider, or other `types`",
      }),
    ),
    ...(ttl !== undefined && !hasTtl ? [idle("ttl")] : []),
    ...(proxied !== undefined && !hasProxy ? [idle("proxied")] : []),
  ];
}

/** Nobody looks for the address that it wants. */
function blind({ types = [], interfaceId }: RecordConfig, address: DdnsConfig["address"]): Found[] {
  const found: Found[] = [];
  if (types.includes("A") && address.ipv4.length === 0)
    found.push({
      severity: "warning",
      what: "an A record, and the IPv4 address is not looked for",
      remedy: "write methods into ddns.address.ipv4",
    });
  const needsIpv6 = types.includes("AAAA") || interfaceId !== undefined;
  if (needsIpv6 && address.ipv6.length === 0 && address.prefix.interface === undefined)
    found.push({
      severity: "warning",
      what: "an AAAA record, and the IPv6 address is not looked for",
      remedy: "write methods into ddns.address.ipv6",
    });
  return found;
}
