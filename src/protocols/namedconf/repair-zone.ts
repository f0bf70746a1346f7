/**
 * A zone file that lost its indentation and dots on a web page, made readable again. Only for `--lenient`.
 *
 * In a zone file, white space in front of a line means "the owner of the line above" (RFC 1035 §5.1).
 * Without it `NS ns.example.` says that a host called NS has something unreadable.
 */
import { type Repair, repairCharacters } from "./repair.ts";

const classes = new Set(["IN", "CH", "HS"]);
const types = new Set(
  (
    "A NS CNAME SOA PTR HINFO MX TXT RP AFSDB AAAA LOC SRV NAPTR KX CERT DNAME APL DS SSHFP IPSECKEY RRSIG NSEC " +
    "DNSKEY DHCID NSEC3 NSEC3PARAM TLSA SMIMEA HIP CDS CDNSKEY OPENPGPKEY CSYNC ZONEMD SVCB HTTPS EUI48 EUI64 " +
    "URI CAA SPF"
  ).split(" "),
);

/**
 * @param zone the zone's name without final dot, as the config has it
 * @returns the text with the same number of lines, and what was done to it
 */
export function repairZoneFile(
  file: string,
  text: string,
  zone: string,
): { text: string; repairs: Repair[] } {
  const plain = repairCharacters(file, text);
  const { repairs } = plain;
  let depth = 0;
  const lines = plain.text.split("\n").map((line, i) => {
    const begins = depth === 0;
    depth = depthAfter(line, depth);
    if (!begins) return line;
    const repaired = repairEntry(line, zone);
    if (repaired === undefined) return line;
    repairs.push({ file, line: i + 1, what: repaired.what });
    return repaired.text;
  });
  return { text: lines.join("\n"), repairs };
}

/** One entry's first line. Undefined: nothing to repair. */
function repairEntry(line: string, zone: string): { text: string; what: string } | undefined {
  const words = /^[^\s;"()$@]/.test(line) ? line.slice(0, 1000).split(/[\s;]+/) : [];
  const [first = "", ...rest] = words;
  if (first === "") return undefined;
  const bare = zone.toLowerCase().replace(/\.$/, "");
  if (first.toLowerCase() === bare && bare.includes(".")) {
    return { text: `${first}.${line.slice(first.length)}`, what: `final dot restored: ${first}.` };
  }
  if (!lostItsOwner(first, rest)) return undefined;
  const isSoa = words.some((word, i) => i < 3 && word.toUpperCase() === "SOA");
  if (isSoa) return { text: `@ ${line}`, what: "owner of the SOA record restored: @" };
  return { text: `\t${line}`, what: `indentation restored before ${first}` };
}

/** True for `NS ns.example.` and `IN A 192.0.2.1`, not for a host called `ns`: `ns A 192.0.2.1`. */
function lostItsOwner(first: string, rest: readonly string[]): boolean {
  const word = first.toUpperCase();
  if (!classes.has(word) && !types.has(word)) return false;
  let at = 0;
  while (isTtl(rest[at]) || classes.has(rest[at]?.toUpperCase() ?? "")) at++;
  const hasType =
    types.has(rest[at]?.toUpperCase() ?? "") && rest[at + 1] !== undefined && rest[at + 1] !== "";
  return classes.has(word) ? hasType : !hasType;
}

function isTtl(word: string | undefined): boolean {
  return word !== undefined && /^(?:\d+[wdhms]?)+$/i.test(word);
}

/**
 * How many parentheses are open behind a line. A string ends with its line: one that does not has lost a
 * quote.
 */
function depthAfter(line: string, before: number): number {
  let depth = before;
  let inString = false;
  for (let i = 0; i < line.length; i++) {
    const character = line[i];
    if (character === "\\") i++;
    else if (character === '"') inString = !inString;
    else if (inString) continue;
    else if (character === ";") break;
    else if (character === "(") depth++;
    else if (character === ")") depth = Math.max(0, depth - 1);
  }
  return depth;
}
