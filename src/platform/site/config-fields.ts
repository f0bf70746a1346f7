/** Kinds of fields that sections of several capabilities have. */
import { z } from "zod";
import { parseDuration } from "#protocols/dns/fields/durations.ts";

/** A string of which `problemOf` says what is wrong with it. */
export function text(problemOf: (value: string) => string | undefined): z.ZodString {
  return z.string().superRefine((value, context) => {
    const message = problemOf(value);
    if (message !== undefined) context.addIssue({ code: "custom", message });
  });
}

/** A span such as `90s`, `12h` or `1h30m`. */
export function duration(secondsMin: number, secondsMax: number): z.ZodString {
  return text((value) => {
    const seconds = parseDuration(value);
    if (seconds === undefined) return `"${value}" is no time span; write one such as 90s, 30m, 12h or 7d`;
    if (seconds >= secondsMin && seconds <= secondsMax) return undefined;
    return `${value} is out of range; write a time from ${secondsMin}s to ${secondsMax}s`;
  });
}

/** Seconds of a span that the schema let in. */
export function secondsOf(value: string): number {
  return parseDuration(value)!;
}

export const httpUrl = z.url({ protocol: /^https?$/ });
