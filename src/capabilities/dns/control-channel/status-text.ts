/** The lines of `rndc status` and `rndc zonestatus`: named's labels in named's order. */
import type { ServerFacts, ZoneContentFacts, ZoneFacts } from "./control-target.ts";

export function statusText(facts: ServerFacts): string {
  return [
    `version: ${facts.version}`,
    `running on ${facts.runningOn}`,
    `boot time: ${dateText(facts.bootedAtMs)}`,
    `last configured: ${dateText(facts.configuredAtMs)}`,
    `configuration file: ${facts.configurationFile}`,
    `CPUs found: ${facts.processors}`,
    `worker threads: ${facts.workers}`,
    `UDP listeners per interface: ${Math.max(facts.workers, 1)}`,
    `number of zones: ${facts.zones} (0 automatic)`,
    "debug level: 0",
    `xfers running: ${facts.transfersRunning}`,
    `xfers deferred: ${facts.transfersWaiting}`,
    `soa queries in progress: ${facts.soaQueriesRunning}`,
    `query logging is ${facts.queryLog ? "ON" : "OFF"}`,
    "recursive clients: 0/0/0",
    `tcp clients: ${facts.tcpClients}/${facts.tcpClientsMax}`,
    `TCP high-water: ${facts.tcpClientsHighest}`,
    "server is up and running",
  ].join("\n");
}

/** `name` as the command had it. */
export function zoneStatusText(name: string, facts: ZoneFacts, content: ZoneContentFacts): string {
  const { kind, files, dynamic, frozen } = facts;
  const { serial, nodes, loadedAtMs, refreshAtMs, expiresAtMs, secure } = content;
  return [
    `name: ${name}`,
    `type: ${kind}`,
    ...(files.length === 0 ? [] : [`files: ${files.join(", ")}`]),
    `serial: ${serial}`,
    `nodes: ${nodes}`,
    `last loaded: ${dateText(loadedAtMs)}`,
    ...(refreshAtMs === undefined ? [] : [`next refresh: ${dateText(refreshAtMs)}`]),
    ...(expiresAtMs === undefined ? [] : [`expires: ${dateText(expiresAtMs)}`]),
    ...(secure ? ["secure: yes", "inline signing: no", "key maintenance: none"] : ["secure: no"]),
    `dynamic: ${yesNo(dynamic)}`,
    ...(dynamic ? [`frozen: ${yesNo(frozen)}`] : []),
    "reconfigurable via modzone: no",
  ].join("\n");
}

function yesNo(is: boolean): string {
  return is ? "yes" : "no";
}

/** Such as `Tue, 24 Nov 2026 19:40:58 GMT`. */
function dateText(atMs: number): string {
  return new Date(atMs).toUTCString();
}
