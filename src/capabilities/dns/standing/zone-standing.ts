/** How a zone stands with the servers that it is copied from, and with those that copy it: for people. */
import type { ConfigProblem } from "#contracts/configuration.ts";
import { age } from "#platform/terminal/age.ts";
import type { Name } from "#protocols/dns/name.ts";
import type { SecondaryStatus } from "../transfer/in/secondary-memory.ts";
import type { NotifyStatus } from "../transfer/notify/notifier.ts";
import { type SiteZone, zoneText } from "../zones/zone-set.ts";

/** Where this is known. */
export interface StandingPorts {
  readonly secondaries: { status(zone: Name): SecondaryStatus | undefined };
  readonly notifier: { status(zone: Name): readonly NotifyStatus[] };
  readonly nowMs: () => number;
}

/** What is wrong with it beyond its own content. `path`: where the zone stands in site.yaml. */
export function standingProblems(
  zone: SiteZone,
  ports: StandingPorts,
  path?: string,
): readonly ConfigProblem[] {
  const at = path === undefined ? {} : { path };
  return [
    ...copyProblem(zone, ports).map((problem) => ({ ...problem, ...at })),
    ...notifyProblem(zone, ports).map((problem) => ({ ...problem, ...at })),
    ...frozenProblem(zone).map((problem) => ({ ...problem, ...at })),
  ];
}

function copyProblem(zone: SiteZone, { secondaries, nowMs }: StandingPorts): readonly ConfigProblem[] {
  const status = secondaries.status(zone.name);
  if (status?.error === undefined) return [];
  const { error, serial, expiresAtMs, confirmedAtMs } = status;
  const now = nowMs();
  const name = zoneText(zone.name);
  const why = `${error.primary} ${error.sentence} (${age(now - error.atMs)} ago)`;
  const remedy = `see to it that a primary lets this server copy it, then \`homeport zone refresh ${name}\``;
  if (zone.image === undefined) {
    const [severity, state] = zone.live.expired
      ? (["error", "has expired"] as const)
      : (["warning", "was not copied yet"] as const);
    return [{ severity, what: `${name} ${state}, its names are answered SERVFAIL: ${why}`, remedy }];
  }
  const since = confirmedAtMs === undefined ? "" : `, confirmed ${age(now - confirmedAtMs)} ago`;
  const until = expiresAtMs === undefined ? "" : `, for ${age(expiresAtMs - now)} more`;
  const what = `${name} goes on with serial ${serial}${since}${until}: ${why}`;
  return [{ severity: "warning", what, remedy }];
}

function notifyProblem({ name }: SiteZone, { notifier }: StandingPorts): readonly ConfigProblem[] {
  const silent = notifier.status(name).filter(({ state }) => state === "refused" || state === "unanswered");
  if (silent.length === 0) return [];
  const servers = silent
    .slice(0, serversNamedMax)
    .map(({ server, why }) => `${server} (${why ?? "it does not answer"})`);
  const more = silent.length > serversNamedMax ? ` and ${silent.length - serversNamedMax} more` : "";
  const what = `${zoneText(name)}: not told of the last change: ${servers.join(", ")}${more}`;
  const remedy = "let them take notifications from this server, or leave them out with `notify`";
  return [{ severity: "warning", what, remedy }];
}

const serversNamedMax = 3;

function frozenProblem({ name, live }: SiteZone): readonly ConfigProblem[] {
  if (!live.frozen) return [];
  const what = `${zoneText(name)} is frozen: it takes no updates`;
  return [{ severity: "warning", what, remedy: `run \`homeport zone thaw ${zoneText(name)}\`` }];
}

/** For the API: times as ISO 8601. */
export function secondaryAnswer(status: SecondaryStatus) {
  const { state, primary, checkedAtMs, confirmedAtMs, nextCheckAtMs, expiresAtMs, error } = status;
  return {
    state,
    primary,
    checkedAt: isoTime(checkedAtMs),
    confirmedAt: isoTime(confirmedAtMs),
    nextCheckAt: isoTime(nextCheckAtMs),
    expiresAt: isoTime(expiresAtMs),
    error:
      error === undefined
        ? null
        : { at: isoTime(error.atMs)!, primary: error.primary, code: error.code, sentence: error.sentence },
  };
}

export function notifyAnswer({ server, state, serial, tries, why, forMs }: NotifyStatus, nowMs: number) {
  return {
    server,
    state,
    serial: serial ?? null,
    tries,
    why: why ?? null,
    since: isoTime(nowMs - forMs)!,
  };
}

/** A moment of a clock, or null: there was none, or there will be none. */
function isoTime(atMs: number | undefined): string | null {
  return atMs === undefined || !Number.isFinite(atMs) ? null : new Date(Math.round(atMs)).toISOString();
}
