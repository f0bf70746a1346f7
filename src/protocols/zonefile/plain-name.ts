/** Names without escapes, from the octets of the file to wire form. */
import { nameLimits } from "../dns/name.ts";
import { at as atSign, dot, isPlain } from "./characters.ts";
import type { ZoneState } from "./zone-state.ts";

/** What the last call found, so that it need not allocate. */
export interface PlainName {
  /** Octets written; the name ends with the root label. */
  length: number;
  /** Whether the origin was put behind it. */
  isRelative: boolean;
}

/**
 * Reads the name at `from` into `into` at `to`. Returns the offset behind it, or -1 when it is anything but
 * plain and right. The caller sees to it that an octet that is not plain follows.
 */
export function readPlainName(
  octets: Uint8Array,
  from: number,
  into: Uint8Array,
  to: number,
  state: ZoneState,
  found: PlainName,
): number {
  let at = from;
  let labelAt = to;
  let end = to + 1;
  if (octets[at] === atSign && isPlain[octets[at + 1]!] === 0 && octets[at + 1] !== dot) {
    at++;
    end = to;
  } else {
    for (let octet = octets[at]!; ; octet = octets[++at]!) {
      if (isPlain[octet] === 1) {
        into[end++] = octet;
      } else {
        const length = end - labelAt - 1;
        if (length > nameLimits.labelOctetsMax) return -1;
        if (length === 0) {
          if (octet === dot || at === from) return -1; // an empty label, or the root, or nothing
          break;
        }
        into[labelAt] = length;
        if (octet !== dot) break;
        labelAt = end++;
      }
    }
  }
  found.isRelative = octets[at - 1] !== dot;
  if (found.isRelative) {
    const { origin } = state;
    for (let i = 0; i < origin.length; i++) into[end++] = origin[i]!;
  } else {
    into[labelAt] = 0;
  }
  found.length = end - to;
  return found.length > nameLimits.nameOctetsMax ? -1 : at;
}
