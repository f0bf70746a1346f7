/** Zones at other servers, as the site file has them. */
import type { ConfigProblem } from "#contracts/configuration.ts";
import { serverOf } from "#platform/dns-query/server-schema.ts";
import type { UpdateServer } from "#platform/dns-query/update-exchange.ts";
import { readKeyConfig } from "#platform/tsig/key-config.ts";
import { isWithin, lowerName, type Name, NameError, parseName } from "#protocols/dns/name.ts";
import type { RemoteZoneConfig } from "../../config.ts";

export interface RemoteZone extends UpdateServer {
  /** For people: the server as the site file has it. */
  readonly title: string;
  /** Place in the site file. */
  readonly path: string;
}

export interface RemoteZones {
  readonly zones: readonly RemoteZone[];
  /** Those with an error are left out. */
  readonly problems: readonly ConfigProblem[];
}

/** Reads keys and their files too. Never throws for what an operator wrote. */
export function readRemoteZones(configs: readonly RemoteZoneConfig[], siteFolder: string): RemoteZones {
  const zones: RemoteZone[] = [];
  const problems: ConfigProblem[] = [];
  for (const [index, config] of configs.entries()) {
    const path = `dhcp.names.remote[${index}]`;
    const zone = zoneName(config.zone);
    const server = serverOf(config.server);
    const twice = zones.find((one) => one.zone === zone);
    const say = (field: string, what: string, remedy: string) =>
      problems.push({ severity: "error", path: `${path}.${field}`, what, remedy });
    if (zone === undefined) say("zone", `"${config.zone}" is no zone`, "write one such as lan.example");
    else if (twice !== undefined)
      say("zone", `${config.zone} is ${twice.path}'s already`, "remove one of them");
    else if (server === undefined)
      say("server", `"${config.server}" is no server`, "write 192.0.2.53 port 53");
    else {
      const read =
        config.key === undefined
          ? { key: undefined, problems: [] }
          : readKeyConfig(config.key, { path: `${path}.key`, siteFolder });
      problems.push(...read.problems);
      // Without the key that it wants nothing may be sent
      if (config.key !== undefined && read.key === undefined) continue;
      zones.push({ zone, server, key: read.key, title: config.server, path });
    }
  }
  return { zones, problems };
}

/** Of the zones that a name lies in the one with the longest name. */
export function remoteZoneOf(zones: readonly RemoteZone[], name: Name): RemoteZone | undefined {
  let best: RemoteZone | undefined;
  for (const one of zones) {
    if (isWithin(name, one.zone) && (best === undefined || one.zone.length > best.zone.length)) best = one;
  }
  return best;
}

function zoneName(text: string): Name | undefined {
  try {
    return lowerName(parseName(text.endsWith(".") ? text : `${text}.`));
  } catch (error) {
    if (error instanceof NameError) return undefined;
    throw error;
  }
}
