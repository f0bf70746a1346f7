/**
 * The substitution expression of NAPTR: delimiter, extended regular expression, delimiter, replacement,
 * delimiter, flags. RFC 3402 §3.2, RFC 3403 §4.1. It is checked, not run.
 */
import type { Field } from "../record.ts";
import { characterString } from "./character-strings.ts";

export const substitution: Field<string> = {
  ...characterString,
  decode(reader, label) {
    const start = reader.at;
    const octets = characterString.decode(reader, label);
    if (!isSubstitution(octets)) reader.fail("bad-value", label, start);
    return octets;
  },
  parse(text, label) {
    const octets = characterString.parse(text, label);
    if (!isSubstitution(octets)) {
      text.fail(
        `"${octets}" is not a substitution expression`,
        '"!^.*$!sip:info@example.com!", or "" for none',
      );
    }
    return octets;
  },
};

/** True for nothing at all, and for an expression whose back references exist. */
export function isSubstitution(octets: string): boolean {
  if (octets === "") return true;
  const delimiter = octets[0]!;
  if (/[\0i\\0-9]/.test(delimiter)) return false;
  const parts: string[] = [""];
  for (let i = 1; i < octets.length; i++) {
    const character = octets[i]!;
    if (character === "\0") return false;
    if (character === delimiter) parts.push("");
    else parts[parts.length - 1] += character === "\\" ? character + (octets[++i] ?? "") : character;
  }
  const [expression, replacement, flags] = parts;
  if (parts.length !== 3 || !/^i*$/.test(flags!)) return false;
  const groups = countGroups(expression!);
  if (groups === undefined) return false;
  return [...replacement!.matchAll(/\\(.)/gs)].every(
    ([, digit]) => !/\d/.test(digit!) || (digit !== "0" && Number(digit) <= groups),
  );
}

/** How many groups a POSIX extended regular expression has; undefined when it is not one. */
function countGroups(expression: string): number | undefined {
  let groups = 0;
  let open = 0;
  let canRepeat = false;
  for (let i = 0; i < expression.length; i++) {
    const character = expression[i]!;
    if (character === "\\") {
      if (++i === expression.length) return undefined;
      canRepeat = true;
    } else if (character === "[") {
      // POSIX: a bracket right behind [ or [^ is an ordinary character
      const closed = /^\[\^?\]?(?:\[[:.=].*?[:.=]\]|[^\]])*\]/s.exec(expression.slice(i))?.[0];
      if (closed === undefined) return undefined;
      i += closed.length - 1;
      canRepeat = true;
    } else if (character === "(") {
      groups++;
      open++;
      canRepeat = false;
    } else if (character === ")") {
      if (open > 0 && !canRepeat) return undefined;
      if (open > 0) open--; // one that closes nothing is an ordinary character to POSIX
      canRepeat = true;
    } else if (character === "|") {
      if (!canRepeat) return undefined;
      canRepeat = false;
    } else if ("*+?".includes(character)) {
      if (!canRepeat) return undefined;
      canRepeat = true;
    } else if (character === "{") {
      const [all, least, most] = /^\{(\d{1,3})(?:,(\d{0,3}))?\}/.exec(expression.slice(i)) ?? [];
      if (all === undefined || !canRepeat || Number(least) > 255 || Number(most || least) > 255)
        return undefined;
      if (most !== undefined && most !== "" && Number(most) < Number(least)) return undefined;
      i += all.length - 1;
    } else {
      canRepeat = true; // an anchor too: BIND takes ^* and $* as they stand
    }
  }
  return open === 0 && canRepeat ? groups : undefined;
}
