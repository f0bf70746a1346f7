/** Times in the words of people, of the zone that they live in, and times for people. */

export interface Now {
  readonly nowMs: number;
  /** Such as Europe/Berlin. */
  readonly timeZone: string;
}

/** A moment, or all of a day. `text`: how to say it back. */
export type When =
  | { readonly atMs: number; readonly text: string }
  | { readonly fromMs: number; readonly toMs: number; readonly text: string };

/** How `--at` may be written. */
export const momentExamples = '"2026-11-17 14:00", 2026-11-17, "tuesday 14:00", yesterday, 14:00 or 2d';

const weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
const unitsMs: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

export function here(): Now {
  return { nowMs: Date.now(), timeZone: Temporal.Now.timeZoneId() };
}

/** Undefined: the text is no time, or none that there is. */
export function parseWhen(text: string, now: Now): When | undefined {
  const words = text.trim().toLowerCase();
  const exact = /^\d{4}-\d\d-\d\dt\d\d:\d\d(:\d\d(\.\d{1,9})?)?(z|[+-]\d\d:\d\d)$/.test(words);
  if (exact) return momentAt(Date.parse(words.toUpperCase()), now);
  const ago = /^(\d{1,5})\s*(m|h|d|w)(in|ins|inutes?|ours?|ays?|eeks?)?(\s+ago)?$/.exec(words);
  if (ago !== null) return momentAt(now.nowMs - Number(ago[1]) * unitsMs[ago[2]!]!, now);
  const [, dayWords = "", clockWords] = /^(.*?)(?:(?:^|[\st]+)(\d{1,2}:\d\d(?::\d\d)?))?$/.exec(words)!;
  const clock = clockWords === undefined ? undefined : clockOf(clockWords);
  if (clockWords !== undefined && clock === undefined) return undefined;
  const today = zoned(now.nowMs, now).toPlainDate();
  if (dayWords === "" && clock !== undefined) {
    const at = instantOf(today, clock, now);
    return momentAt(at <= now.nowMs ? at : instantOf(today.subtract({ days: 1 }), clock, now), now);
  }
  const day = dayOf(dayWords.trim(), today);
  if (day === undefined) return undefined;
  if (clock !== undefined) return momentAt(instantOf(day, clock, now), now);
  const midnight = Temporal.PlainTime.from("00:00");
  const fromMs = instantOf(day, midnight, now);
  return { fromMs, toMs: instantOf(day.add({ days: 1 }), midnight, now), text: `on ${dayText(day)}` };
}

function momentAt(atMs: number, now: Now): When | undefined {
  return Number.isNaN(atMs) ? undefined : { atMs, text: `at ${localTime(atMs, now)}` };
}

function clockOf(text: string): Temporal.PlainTime | undefined {
  try {
    return Temporal.PlainTime.from(text.padStart(text.length + (text.indexOf(":") === 1 ? 1 : 0), "0"));
  } catch {
    return undefined;
  }
}

function dayOf(words: string, today: Temporal.PlainDate): Temporal.PlainDate | undefined {
  if (words === "today") return today;
  if (words === "yesterday") return today.subtract({ days: 1 });
  const weekday = /^(last\s+)?([a-z]{3,9})$/.exec(words);
  const index = weekdays.findIndex((name) => weekday !== null && name.startsWith(weekday[2]!));
  if (index !== -1) {
    const back = (today.dayOfWeek - (index + 1) + 7) % 7;
    return today.subtract({ days: back === 0 && weekday![1] !== undefined ? 7 : back });
  }
  try {
    return /^\d{4}-\d\d-\d\d$/.test(words) ? Temporal.PlainDate.from(words) : undefined;
  } catch {
    return undefined; // no such day
  }
}

function instantOf(day: Temporal.PlainDate, plainTime: Temporal.PlainTime, { timeZone }: Now): number {
  return day.toZonedDateTime({ timeZone, plainTime }).epochMilliseconds;
}

function zoned(atMs: number, { timeZone }: Now): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(timeZone);
}

/** Such as `2026-11-17 14:00`, by the clock on the wall. */
export function localTime(atMs: number, now: Now): string {
  const at = zoned(atMs, now);
  return `${at.toPlainDate().toString()} ${at.toPlainTime().toString({ smallestUnit: "minute" })}`;
}

function dayText(day: Temporal.PlainDate): string {
  const weekday = weekdays[day.dayOfWeek - 1]!;
  return `${weekday.slice(0, 1).toUpperCase()}${weekday.slice(1)} ${day.toString()}`;
}
