/** IP addresses and prefixes as named.conf writes them: IPv4 prefixes may leave out octets (`10.10.7/24`). */

export interface Address {
  readonly family: 4 | 6;
  readonly octets: Uint8Array;
  /** In quotes of RFC 4007 §11: `fe80::1%eth0`. */
  readonly scope?: string;
}

/** Undefined when the text is no address. `short` lets an IPv4 one have fewer than four octets. */
export function parseAddress(text: string, short: boolean): Address | undefined {
  if (text.length > 100) return undefined;
  if (text.includes(":")) return parseIpv6(text);
  const parts = text.split(".");
  if (parts.length > 4 || (parts.length < 4 && !short)) return undefined;
  const octets = new Uint8Array(4);
  for (const [i, part] of parts.entries()) {
    if (!/^(?:0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return undefined;
    octets[i] = Number(part);
  }
  return { family: 4, octets };
}

/** RFC 4291 §2.2. */
function parseIpv6(text: string): Address | undefined {
  const [address = "", scope, ...more] = text.split("%");
  if (more.length > 0 || scope === "" || !/^[\da-fA-F:.]+$/.test(address)) return undefined;
  const halves = address.split("::");
  if (halves.length > 2) return undefined;
  const groups = halves.map((half) => (half === "" ? [] : readGroups(half)));
  const [head, tail] = groups;
  if (head === undefined || groups.includes(undefined)) return undefined;
  const count = head.length + (tail?.length ?? 0);
  if (tail === undefined ? count !== 8 : count > 7) return undefined;
  const all = [...head, ...Array.from({ length: 8 - count }, () => 0), ...(tail ?? [])];
  const octets = Uint8Array.from(all.flatMap((group) => [group >> 8, group & 0xff]));
  return { family: 6, octets, ...(scope !== undefined && { scope }) };
}

function readGroups(text: string): number[] | undefined {
  const groups: number[] = [];
  const parts = text.split(":");
  for (const [i, part] of parts.entries()) {
    if (part.includes(".")) {
      const v4 = i === parts.length - 1 ? parseAddress(part, false) : undefined;
      if (v4 === undefined) return undefined;
      groups.push((v4.octets[0]! << 8) | v4.octets[1]!, (v4.octets[2]! << 8) | v4.octets[3]!);
    } else {
      if (!/^[\da-fA-F]{1,4}$/.test(part)) return undefined;
      groups.push(Number.parseInt(part, 16));
    }
  }
  return groups;
}

/** True when bits behind the prefix are set: named takes that for a slip of the pen. */
export function hasHostBits(address: Address, length: number): boolean {
  return address.octets.some((octet, i) => {
    const kept = Math.min(Math.max(length - i * 8, 0), 8);
    return (octet & (0xff >> kept)) !== 0;
  });
}

/** RFC 5952 for IPv6. */
export function addressToText({ family, octets, scope }: Address): string {
  if (family === 4) return octets.join(".");
  const groups = Array.from({ length: 8 }, (_, i) => (octets[2 * i]! << 8) | octets[2 * i + 1]!);
  let best = { start: -1, length: 1 };
  for (let start = 0; start < 8; start++) {
    let length = 0;
    while (start + length < 8 && groups[start + length] === 0) length++;
    if (length > best.length) best = { start, length };
  }
  const hex = groups.map((group) => group.toString(16));
  const text =
    best.start === -1
      ? hex.join(":")
      : `${hex.slice(0, best.start).join(":")}::${hex.slice(best.start + best.length).join(":")}`;
  return scope === undefined ? text : `${text}%${scope}`;
}
