/**
 * What each known service parameter holds, and how it is written. RFC 9460 §7, §14.3.2; RFC 9461 §5
 * (dohpath).
 */
import { ipv4ToText, ipv6ToText, parseIpv4, parseIpv6 } from "./addresses.ts";
import { quote } from "./character-strings.ts";
import { octetsFromText, textFromOctets } from "./latin1.ts";
import { parseDecimal } from "./words.ts";

export const ServiceKey = {
  mandatory: 0,
  alpn: 1,
  "no-default-alpn": 2,
  port: 3,
  ipv4hint: 4,
  ech: 5,
  ipv6hint: 6,
  dohpath: 7,
} as const;

interface ParameterForm {
  isValid(value: Uint8Array): boolean;
  /** From the unescaped value, one character per octet; undefined when it is not one. */
  parse(octets: string): Uint8Array | undefined;
  print(value: Uint8Array): string;
  readonly example: string;
}

const keysByName = new Map<string, number>(Object.entries(ServiceKey));
const namesByKey = new Map<number, string>(Object.entries(ServiceKey).map(([name, key]) => [key, name]));

/** The key of `alpn` or `key123`; undefined when the text is neither. */
export function keyFromText(text: string): number | undefined {
  const digits = /^key(0|[1-9]\d{0,4})$/.exec(text)?.[1];
  if (digits === undefined) return keysByName.get(text);
  return Number(digits) <= 0xffff ? Number(digits) : undefined;
}

export function keyToText(key: number): string {
  return namesByKey.get(key) ?? `key${key}`;
}

/** RFC 9460 §8: a list of keys that goes up, without `mandatory` itself. */
const mandatory: ParameterForm = {
  isValid(value) {
    const keys = u16List(value);
    return isFull(value, 2) && keys.every((key, i) => key > (keys[i - 1] ?? ServiceKey.mandatory));
  },
  parse(octets) {
    const keys = octets.split(",").map(keyFromText);
    if (keys.includes(undefined) || new Set(keys).size < keys.length) return undefined;
    const sorted = (keys as number[]).sort((one, other) => one - other);
    return Uint8Array.from(sorted.flatMap((key) => [key >>> 8, key & 0xff]));
  },
  print: (value) => u16List(value).map(keyToText).join(","),
  example: "mandatory=alpn,port",
};

/**
 * RFC 9460 §7.1.1: protocol names, each after its length; in text a list with commas, `\\,` for one in a
 * name.
 */
const alpn: ParameterForm = {
  isValid: (value) => alpnIds(value) !== undefined,
  parse(octets) {
    const ids = splitEscapedCommas(octets);
    if (ids.some((id) => id === "" || id.length > 255)) return undefined;
    return Uint8Array.from(ids.flatMap((id) => [id.length, ...octetsFromText(id)]));
  },
  print: (value) =>
    quoteWithoutSpaces((alpnIds(value) ?? []).map((id) => id.replace(/[\\,]/g, "\\$&")).join(",")),
  example: "alpn=h2,h3",
};

const noDefaultAlpn: ParameterForm = {
  isValid: (value) => value.length === 0,
  parse: (octets) => (octets === "" ? new Uint8Array() : undefined),
  print: () => "",
  example: "no-default-alpn",
};

const port: ParameterForm = {
  isValid: (value) => value.length === 2,
  parse(octets) {
    const number = parseDecimal(octets, 0xffff);
    return number === -1 ? undefined : Uint8Array.of(number >>> 8, number);
  },
  print: (value) => u16List(value).join(","),
  example: "port=443",
};

const ipv4hint: ParameterForm = {
  isValid: (value) => isFull(value, 4),
  parse(octets) {
    const addresses = octets.split(",").map(parseIpv4);
    if (addresses.includes(-1)) return undefined;
    return Uint8Array.from(
      addresses.flatMap((one) => [one >>> 24, (one >>> 16) & 255, (one >>> 8) & 255, one & 255]),
    );
  },
  print: (value) => {
    const view = new DataView(value.buffer, value.byteOffset, value.length);
    return chunks(value, 4, (at) => ipv4ToText(view.getUint32(at)));
  },
  example: "ipv4hint=192.0.2.1,192.0.2.2",
};

const ipv6hint: ParameterForm = {
  isValid: (value) => isFull(value, 16),
  parse(octets) {
    const addresses = octets.split(",").map(parseIpv6);
    if (addresses.includes(undefined)) return undefined;
    return Uint8Array.from(addresses.flatMap((address) => [...address!]));
  },
  print: (value) => chunks(value, 16, (at) => ipv6ToText(value.subarray(at, at + 16))),
  example: "ipv6hint=2001:db8::1",
};

const ech: ParameterForm = {
  isValid: () => true,
  parse(octets) {
    try {
      return Uint8Array.fromBase64(octets, { lastChunkHandling: "strict" });
    } catch {
      return undefined;
    }
  },
  print: (value) => value.toBase64(),
  example: "ech=AEn+DQBF",
};

/** RFC 9461 §5: a relative URI template with the variable dns. */
const dohpath: ParameterForm = {
  isValid: (value) => isDohPath(textFromOctets(value)),
  parse: octetsFromText,
  print: (value) => quote(textFromOctets(value)),
  example: "dohpath=/dns-query{?dns}",
};

export const parameterForms: ReadonlyMap<number, ParameterForm> = new Map([
  [ServiceKey.mandatory, mandatory],
  [ServiceKey.alpn, alpn],
  [ServiceKey["no-default-alpn"], noDefaultAlpn],
  [ServiceKey.port, port],
  [ServiceKey.ipv4hint, ipv4hint],
  [ServiceKey.ech, ech],
  [ServiceKey.ipv6hint, ipv6hint],
  [ServiceKey.dohpath, dohpath],
] as const);

/** A space in a list is escaped, as BIND does it: some readers part lists there. */
function quoteWithoutSpaces(octets: string): string {
  return quote(octets).replaceAll(" ", "\\032");
}

function isDohPath(path: string): boolean {
  return path.startsWith("/") && path.includes("{?dns}");
}

function isFull(value: Uint8Array, size: number): boolean {
  return value.length > 0 && value.length % size === 0;
}

function u16List(value: Uint8Array): number[] {
  return Array.from({ length: value.length >>> 1 }, (_, i) => (value[2 * i]! << 8) | value[2 * i + 1]!);
}

function chunks(value: Uint8Array, size: number, print: (at: number) => string): string {
  return Array.from({ length: value.length / size }, (_, i) => print(i * size)).join(",");
}

function alpnIds(value: Uint8Array): string[] | undefined {
  const ids: string[] = [];
  for (let at = 0; at < value.length; ) {
    const end = at + 1 + value[at]!;
    if (value[at] === 0 || end > value.length) return undefined;
    ids.push(textFromOctets(value.subarray(at + 1, end)));
    at = end;
  }
  return ids.length === 0 ? undefined : ids;
}

/** RFC 9460 §A.1: a comma parts, a backslash takes the next character as it is. */
function splitEscapedCommas(octets: string): string[] {
  const parts = [""];
  for (let i = 0; i < octets.length; i++) {
    if (octets[i] === ",") parts.push("");
    else parts[parts.length - 1] += octets[i] === "\\" ? (octets[++i] ?? "") : octets[i]!;
  }
  return parts;
}
