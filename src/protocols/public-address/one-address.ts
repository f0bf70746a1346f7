/**
 * The one address that a text of others consists of: what an echo service, a program or a router answers.
 *
 * Only forms that are known hold an address. An address somewhere in a page is no answer: a login page or an
 * error message may show one that is anybody's.
 */
import { ipv4ToText, ipv6ToText } from "../dns/fields/addresses.ts";
import { limits } from "./limits.ts";
import { isInNetwork, octetsOfAddress, parseNetwork } from "./network.ts";
import { type Family, familyNames, familyOf } from "./public-address.ts";

export type OneAddress =
  /** In its canonical form. */
  | { readonly kind: "address"; readonly address: string }
  /** `why` follows the name of who said it: "says nothing", "answers with a web page". */
  | { readonly kind: "unknown"; readonly why: string };

/** Members of a JSON object that hold the address at one service or another. */
const jsonMembers = ["ip", "address", "ip_address", "ip_addr", "query"];

/** What checkip pages of the dyndns2 family say, with or without the page around it. */
const checkipSentence = /^Current IP Address: ([0-9a-f:.]{2,45})$/i;
const checkipHead = "<html><head><title>Current IP Check</title></head><body>";
const checkipTail = "</body></html>";

const mapped = parseNetwork("::ffff:0:0/96")!;

/** The address of the family when the text is exactly one, in one of the known forms. */
export function oneAddress(text: string, family: Family): OneAddress {
  if (text.length > limits.textMax) return unknown("says too much to be an address");
  const body = text.replace(/^\uFEFF/, "").trim();
  if (body === "") return unknown("says nothing");
  const words = wordsOf(body);
  const found = new Map<string, Uint8Array>();
  for (const word of words) {
    const octets = octetsIn(word, family);
    if (octets === undefined) return unknown(reasonFor(body));
    found.set(textOf(octets), octets);
  }
  const [first, second] = [...found.keys()];
  if (first === undefined) return unknown(reasonFor(body));
  if (second !== undefined) return unknown(`says two addresses, ${first} and ${second}`);
  if (familyOf(found.get(first)!) !== family)
    return unknown(`says ${first}, which is not an ${familyNames[family]} address`);
  return { kind: "address", address: first };
}

/** What stands where an address should be in the form that the text has; none: it has no known one. */
function wordsOf(body: string): readonly string[] {
  if (body.startsWith("{")) return jsonWords(body);
  const isPage = body.startsWith(checkipHead) && body.endsWith(checkipTail);
  const sentence = isPage ? body.slice(checkipHead.length, -checkipTail.length) : body;
  const said = checkipSentence.exec(sentence)?.[1];
  if (said !== undefined) return [said];
  const lines = body.split(/\r?\n/);
  // Cloudflare's trace: a line for each fact, and ip= among them
  if (lines.every((line) => /^\w+=/.test(line)))
    return lines.flatMap((line) => (line.startsWith("ip=") ? [line.slice("ip=".length)] : []));
  return body.split(/[\s,]+/);
}

function jsonWords(body: string): readonly string[] {
  try {
    const value = JSON.parse(body) as Readonly<Record<string, unknown>>;
    return jsonMembers.flatMap((name) => {
      const member = Object.hasOwn(value, name) ? value[name] : undefined;
      return typeof member === "string" ? [member] : [];
    });
  } catch {
    return [];
  }
}

/** Services on sockets of both families may show an IPv4 client in its IPv6 form. RFC 4291 §2.5.5.2. */
function octetsIn(word: string, family: Family): Uint8Array | undefined {
  const octets = octetsOfAddress(word);
  if (octets === undefined || family !== "ipv4" || !isInNetwork(octets, mapped)) return octets;
  return octets.slice(12);
}

function textOf(octets: Uint8Array): string {
  if (octets.length === 16) return ipv6ToText(octets);
  return ipv4ToText(new DataView(octets.buffer, octets.byteOffset).getUint32(0));
}

function reasonFor(body: string): string {
  if (/<(!doctype|html|head|body|title)\b/i.test(body.slice(0, 1_024)))
    return "answers with a web page, not with an address";
  // What a stranger wrote must not move a terminal's cursor
  const plain = body.replace(/[^\x20-\x7e]+/g, " ");
  const shown = plain.length > limits.shownMax ? `${plain.slice(0, limits.shownMax)}…` : plain;
  return `says "${shown}", which is not one address`;
}

function unknown(why: string): OneAddress {
  return { kind: "unknown", why };
}
