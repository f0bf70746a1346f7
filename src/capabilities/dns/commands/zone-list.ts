/** `homeport zone list`. */
import { type CommandCall, ExitCode } from "#contracts/command.ts";
import { age } from "#platform/terminal/age.ts";
import { printTable } from "#platform/terminal/table.ts";

interface ListedZone {
  readonly name: string;
  readonly kind: "primary" | "secondary";
  readonly state: string;
  readonly serial: number | null;
  readonly records: number;
  readonly dynamic: boolean;
  readonly frozen: boolean;
  readonly secondary: {
    readonly state: string;
    readonly confirmedAt: string | null;
    readonly nextCheckAt: string | null;
    readonly expiresAt: string | null;
    readonly error: { readonly primary: string; readonly sentence: string } | null;
  } | null;
  readonly notified: readonly { readonly server: string; readonly state: string }[];
  readonly problems: readonly { readonly what: string }[];
}

export async function zoneList({ api, json, terminal }: CommandCall): Promise<ExitCode> {
  const answer = (await api.request("GET", "/api/dns/zones")) as { zones: readonly ListedZone[] };
  if (json) {
    terminal.print(JSON.stringify(answer, undefined, 2));
    return ExitCode.ok;
  }
  if (answer.zones.length === 0) {
    terminal.print("No zones yet. Add one under dns.zones in site.yaml, or take over a BIND folder:");
    terminal.print("  homeport import bind /etc/bind");
    return ExitCode.ok;
  }
  const nowMs = Date.now();
  const rows = answer.zones.map((zone) => [
    zone.name,
    kindOf(zone),
    zone.serial === null ? "-" : String(zone.serial),
    String(zone.records),
    standing(zone, nowMs),
  ]);
  const head = ["ZONE", "KIND", "SERIAL", "RECORDS", "STATE"];
  printTable(terminal, [head, ...rows], ["left", "left", "right", "right", "left"]);
  const troubled = answer.zones.filter(({ problems }) => problems.length > 0).length;
  if (troubled > 0) terminal.print(`\n${troubled} with problems: homeport status`);
  return ExitCode.ok;
}

function kindOf({ kind, dynamic }: ListedZone): string {
  return kind === "primary" && dynamic ? "dynamic" : kind;
}

/** State, and what there is to know of other servers. */
function standing(zone: ListedZone, nowMs: number): string {
  const parts = [stateOf(zone, nowMs)];
  const silent = zone.notified.filter(({ state }) => state === "refused" || state === "unanswered");
  if (silent.length > 0) parts.push(`not told: ${silent.map(({ server }) => server).join(" ")}`);
  // Those of copies and of frozen zones are said by now.
  const { length } = zone.problems;
  if (zone.secondary === null && !zone.frozen && silent.length === 0 && length > 0)
    parts.push(length === 1 ? "1 problem" : `${length} problems`);
  return parts.join("; ");
}

function stateOf({ state, frozen, secondary }: ListedZone, nowMs: number): string {
  if (secondary === null || state === "failed" || state === "serving-previous")
    return frozen ? "frozen" : state;
  const { confirmedAt, nextCheckAt, expiresAt, error } = secondary;
  if (state === "expired" || state === "not-fetched")
    return error === null ? state : `${state}: ${error.primary} ${error.sentence}`;
  if (secondary.state === "transferring") return "copying";
  const sync = confirmedAt === null ? "copied" : `in sync ${age(nowMs - Date.parse(confirmedAt))} ago`;
  if (error !== null) {
    const left = expiresAt === null ? "" : `, ${age(Date.parse(expiresAt) - nowMs)} left`;
    return `${sync}${left}: ${error.primary} ${error.sentence}`;
  }
  return nextCheckAt === null ? sync : `${sync}, next in ${age(Date.parse(nextCheckAt) - nowMs)}`;
}
