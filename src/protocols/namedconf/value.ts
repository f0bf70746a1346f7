/** The kinds of value that statements take, and which words are one. */
import { parseAddress } from "./address.ts";
import { shown } from "./problem.ts";
import type { Item } from "./tree.ts";

interface Kind {
  /** How a message calls it. */
  readonly called: string;
  /** undefined: no such value. A text: it is one, with this wrong. */
  readonly test: (text: string) => true | string | undefined;
  /** Must, or must not, stand in quotes; without it both will do. */
  readonly quoted?: boolean;
}

const uint32Max = 0xffff_ffff;

function pattern(expression: RegExp): Kind["test"] {
  return (text) => expression.test(text) || undefined;
}

function numberUpTo(max: number): Kind["test"] {
  return (text) => {
    if (!/^(?:\d+|0[xX][\da-fA-F]+)$/.test(text)) return undefined;
    return Number(text) <= max || `${shown(text, 30)} is larger than ${max}`;
  };
}

const kinds = {
  bool: { called: "yes or no", test: pattern(/^(?:yes|no|true|false|1|0)$/i), quoted: false },
  int: { called: "a number", test: numberUpTo(uint32Max), quoted: false },
  port: { called: "a port number", test: numberUpTo(65535), quoted: false },
  quoted: { called: 'a text in quotes ("…")', test: () => true, quoted: true },
  text: { called: "a name", test: () => true },
  ip: { called: "an IP address", test: (text) => isAddress(text), quoted: false },
  ip4: { called: "an IPv4 address", test: (text) => isAddress(text, 4), quoted: false },
  ip6: { called: "an IPv6 address", test: (text) => isAddress(text, 6), quoted: false },
  class: {
    called: "a class, such as IN",
    test: pattern(/^(?:in|ch|hs|chaos|hesiod|any|none|class\d+)$/i),
    quoted: false,
  },
  size: { called: "a size, such as 10M", test: pattern(/^\d+[kmg]?$/i), quoted: false },
  percentage: { called: "a percentage, such as 50%", test: pattern(/^\d+%$/), quoted: false },
  duration: {
    called: "a duration, such as 1d or PT12H",
    test: pattern(/^(?:\d+|(?:\d+[wdhms])+|P(?=.)(?:\d+[YMWD])*(?:T(?:\d+[HMS])+)?)$/i),
    quoted: false,
  },
  fixedpoint: { called: "a number such as 0.7", test: pattern(/^\d+(?:\.\d{1,2})?$/), quoted: false },
  syslog_facility: { called: "a facility, such as daemon", test: () => true, quoted: false },
} as const satisfies Record<string, Kind>;

/** Values that are more than one word. */
const wide = ["netprefix", "log_severity", "texts", "anything", "match"] as const;

export type ValueKind = keyof typeof kinds | (typeof wide)[number];

export function isValueKind(text: string): text is ValueKind {
  return Object.hasOwn(kinds, text) || (wide as readonly string[]).includes(text);
}

export interface ValueMismatch {
  readonly at: number;
  readonly expected: string;
  readonly wrong?: string;
}

/** The index behind the value that stands at `at`, or why there is none. */
export function matchValue(kind: ValueKind, items: readonly Item[], at: number): number | ValueMismatch {
  if (kind === "netprefix") return matchPrefix(items, at);
  if (kind === "log_severity") return matchSeverity(items, at);
  if (kind === "anything" || kind === "match") return items.length;
  if (kind === "texts") {
    const stop = items.findIndex((item, i) => i >= at && item.kind !== "word");
    return stop === -1 ? items.length : stop;
  }
  const { called, test, ...rest }: Kind = kinds[kind];
  const item = items[at];
  if (item?.kind !== "word") return { at, expected: called };
  if (rest.quoted !== undefined && rest.quoted !== item.quoted) return { at, expected: called };
  const verdict = test(item.text);
  if (verdict === true) return at + 1;
  return { at, expected: called, ...(verdict !== undefined && { wrong: verdict }) };
}

/** `10.10.7.0/24`, the short `10.10.7/24`, or one address. */
function matchPrefix(items: readonly Item[], at: number): number | ValueMismatch {
  const expected = "an address or a prefix, such as 192.0.2.0/24";
  const item = items[at];
  if (item?.kind !== "word") return { at, expected };
  const slash = items[at + 1]?.kind === "mark" && (items[at + 1] as { text: string }).text === "/";
  if (parseAddress(item.text, slash) === undefined) return { at, expected };
  if (!slash) return at + 1;
  const length = items[at + 2];
  return length?.kind === "word" && /^\d+$/.test(length.text)
    ? at + 3
    : { at: at + 2, expected: "a prefix length" };
}

function matchSeverity(items: readonly Item[], at: number): number | ValueMismatch {
  const item = items[at];
  const severities = /^(?:critical|error|warning|notice|info|debug|dynamic)$/i;
  if (item?.kind !== "word" || item.quoted || !severities.test(item.text)) {
    return { at, expected: "critical, error, warning, notice, info, debug or dynamic" };
  }
  const level = items[at + 1];
  const hasLevel = item.text.toLowerCase() === "debug" && level?.kind === "word" && /^\d+$/.test(level.text);
  return at + (hasLevel ? 2 : 1);
}

function isAddress(text: string, family?: 4 | 6): true | undefined {
  const address = parseAddress(text, false);
  return (address !== undefined && (family === undefined || address.family === family)) || undefined;
}
