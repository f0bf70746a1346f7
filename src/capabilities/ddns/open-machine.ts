/** This machine and the Internet, as the capability uses them. */
import type { Ports } from "#contracts/capability.ts";
import { systemClock } from "#platform/clock/clock.ts";
import { askTcp, askUdp } from "#platform/dns-query/ask.ts";
import { openHttpClient } from "#platform/http-client/open-http-client.ts";
import { watchAddresses } from "#platform/netlink/watch-addresses.ts";
import { type DdnsMachine, randomId } from "./ddns-machine.ts";
import { confirmRecord } from "./publish/confirm.ts";
import { resolveBy } from "./publish/system-resolve.ts";
import { machineFacts, machineWitnessPorts } from "./watch/methods/witness-ports.ts";
import { sitePrefix } from "./watch/site-prefix.ts";
import { witnessesOf } from "./watch/witnesses.ts";

/** Stands for the asterisk when a wildcard is asked for. */
const wildcardLabel = "homeport-asks-for-any-name";

export function openMachine({ siteFolder, log, program }: Ports): DdnsMachine {
  const userAgent = `homeport/${program.version}`;
  const http = openHttpClient({ userAgent });
  const ports = machineWitnessPorts({ http, folder: siteFolder });
  const confirmPorts = { resolve: resolveBy(), askUdp, askTcp, randomId, wildcardLabel };
  return {
    clock: systemClock,
    http,
    askUdp,
    askTcp,
    witnessesOf: (family, methods, config) => witnessesOf(family, methods, config, ports),
    sitePrefix: (config, siteAddress) => sitePrefix(config, siteAddress, machineFacts),
    watchAddresses: async (onChange) => watchAddresses({ onChange, log }),
    confirm: (record, signal) => confirmRecord(record, confirmPorts, signal),
    random: Math.random,
    [Symbol.asyncDispose]: () => http[Symbol.asyncDispose](),
  };
}
