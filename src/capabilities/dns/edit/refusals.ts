/** Why an edit was not done, as answers of the API. The codes are stable. */
import { RouteError } from "#contracts/route.ts";
import { StoreError } from "#contracts/store.ts";
import type { ChangeSet } from "../journal/change-set.ts";
import { ZoneUnchangeableError } from "../journal/zone-writer.ts";
import { editLimits } from "./limits.ts";

const unchangeable = {
  unknown: [404, "HP_DNS_ZONE_UNKNOWN"],
  "not-loaded": [409, "HP_DNS_ZONE_EMPTY"],
  secondary: [409, "HP_DNS_ZONE_SECONDARY"],
  frozen: [409, "HP_DNS_ZONE_FROZEN"],
  signed: [409, "HP_DNS_ZONE_SIGNED"],
  invalid: [409, "HP_DNS_ZONE_INVALID"],
  busy: [503, "HP_DNS_ZONE_BUSY"],
} as const;

/** What the writer and the store say, for whoever asked; other errors as they are. */
export function refusalOf(error: unknown): unknown {
  if (error instanceof ZoneUnchangeableError) {
    const [status, code] = unchangeable[error.why];
    return new RouteError(status, code, error.message);
  }
  return error instanceof StoreError ? new RouteError(503, error.code, error.message) : error;
}

export function unknownZone(zone: string): RouteError {
  return new RouteError(404, "HP_DNS_ZONE_UNKNOWN", `there is no zone ${zone}; homeport zone list shows all`);
}

export function emptyZone(zone: string): RouteError {
  return new RouteError(409, "HP_DNS_ZONE_EMPTY", `${zone} is not loaded; see homeport status`);
}

export function noHistory(zone: string): RouteError {
  return new RouteError(404, "HP_DNS_HISTORY_EMPTY", `${zone} has no history yet: nobody has changed it`);
}

export function unknownSerial(zone: string, serial: number): RouteError {
  const what = `${zone}: it is not known what changed since serial ${serial}`;
  return new RouteError(409, "HP_DNS_SERIAL_UNKNOWN", `${what}; homeport zone history ${zone} lists what is`);
}

export function notKept(zone: string, why: string): RouteError {
  const what = `${zone}: a change on the way was too large to keep (${why})`;
  return new RouteError(409, "HP_DNS_CHANGE_NOT_KEPT", `${what}; homeport zone history ${zone} shows which`);
}

export function tooManyChanges(zone: string): RouteError {
  const most = editLimits.undoneRecordsMax;
  const what = `${zone} changed by more than ${most} records since then; choose a later serial`;
  return new RouteError(409, "HP_DNS_CHANGES_TOO_MANY", what);
}

export function busyZone(zone: string): RouteError {
  const what = `${zone} changes faster than this can be worked out; try again`;
  return new RouteError(503, "HP_DNS_ZONE_BUSY", what);
}

/** Somebody was faster. Names the changes since. */
export function movedZone(
  zone: string,
  { baseSerial, serial, since }: { baseSerial: number; serial: number; since: readonly ChangeSet[] },
): RouteError {
  const most = editLimits.changesNamedMax;
  const named = since.slice(-most).map(({ to, atMs, author, removed, added }) => {
    const records = `-${Math.max(removed.length - 1, 0)} +${Math.max(added.length - 1, 0)}`;
    const who = `${author.kind} ${author.name}`;
    return `  serial ${to}, ${new Date(atMs).toISOString()}, ${who}: ${records} records`;
  });
  const more = since.length > most ? [`  and ${since.length - most} before`] : [];
  const moved = `${zone} has changed since serial ${baseSerial} and is at ${serial} now`;
  const what = `${moved}; merge, or start again`;
  const sentences = named.length === 0 ? [what] : [`${what}:`, ...more, ...named];
  return new RouteError(409, "HP_DNS_ZONE_MOVED", sentences.join("\n"));
}
