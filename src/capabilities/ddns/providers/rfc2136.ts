/** A name server that takes dynamic updates: BIND, Knot, PowerDNS, another Homeport. RFC 2136, RFC 8945. */
import type { ConfigProblem } from "#contracts/configuration.ts";
import { ServerText, serverOf } from "#platform/dns-query/server-schema.ts";
import { duration, secondsOf } from "#platform/site/config-fields.ts";
import { readKeyConfig } from "#platform/tsig/key-config.ts";
import { SigningKeyConfig } from "#platform/tsig/key-schema.ts";
import { domainName } from "../config-fields.ts";
import type {
  Provider,
  ProviderDefinition,
  ProviderPorts,
  ProviderSettings,
  PublishResult,
} from "./provider.ts";
import { updateLimits } from "./update-limits.ts";
import { UpdatePublication } from "./update-publication.ts";
import { ZoneSearch } from "./zone-search.ts";

const settings = {
  server: ServerText.describe("The zone's primary: an address, or `ADDRESS port PORT`"),
  key: SigningKeyConfig.optional().describe("Signs the updates, RFC 8945; default: unsigned"),
  zone: domainName.optional().describe("Zone of records that say none; default: found by asking the server"),
  ttl: duration(1, 604_800).default("60s").describe("TTL of records that say none"),
};

interface Settings {
  readonly server: string;
  readonly key?: SigningKeyConfig;
  readonly zone?: string;
  readonly ttl: string;
}

/** Dynamic updates with TSIG. */
export const rfc2136: ProviderDefinition = {
  type: "rfc2136",
  title: "Name server (RFC 2136)",
  settings,
  types: ["A", "AAAA"],
  recordsPerCallMax: updateLimits.recordsPerCallMax,
  hasTtl: true,
  hasProxy: false,
  refreshDays: undefined,
  pauseSecondsMin: 0,
  requestsPerHourMax: 1, // of HTTP; it makes none
  isConfirmable: true,
  check: (given, { siteFolder }) => {
    const { server, key } = readSettings(given);
    return [...serverProblems(server), ...(key === undefined ? [] : readKey(key, siteFolder).problems)];
  },
  open: (given, ports) => openServer(readSettings(given), ports),
};

function readSettings(given: ProviderSettings): Settings {
  return given as unknown as Settings; // as the schema let it in
}

function serverProblems(server: string): readonly ConfigProblem[] {
  if (serverOf(server) !== undefined) return [];
  const what = `"${server}" is no server`;
  return [{ severity: "error", path: "server", what, remedy: "write 192.0.2.53 port 53" }];
}

function readKey(key: SigningKeyConfig, siteFolder: string) {
  return readKeyConfig(key, { path: "key", siteFolder });
}

function openServer({ server: title, key, zone, ttl }: Settings, ports: ProviderPorts): Provider {
  const server = serverOf(title)!;
  const search = new ZoneSearch();
  const { askUdp, askTcp, nowMs, randomId, siteFolder } = ports;
  return {
    async publish(records, { signal }) {
      // Each time: who has corrected the file tries again, and nothing else tells of it
      const read = key === undefined ? undefined : readKey(key, siteFolder);
      if (read !== undefined && read.key === undefined) return records.map(() => noKey(read.problems));
      const publicationServer = { title, server, key: read?.key, zone, ttlSeconds: secondsOf(ttl) };
      const exchange = { askUdp, askTcp, nowMs, randomId, signal, tcpTimeoutMs: updateLimits.tcpTimeoutMs };
      return new UpdatePublication(publicationServer, search, exchange).publish(records);
    },
  };
}

function noKey(problems: readonly ConfigProblem[]): PublishResult {
  const { what, remedy } = problems.find(({ severity }) => severity === "error")!;
  return { outcome: "refused", scope: "account", code: "no-key", sentence: `${what}; ${remedy}` };
}
