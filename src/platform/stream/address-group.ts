/** Which connections count together where they are bounded. */

/** Whom a connection counts for: an IPv4 address, or an IPv6 /64, since one host has all of that. */
export function addressGroup(address: string): string {
  return address.includes(":") ? firstWords(address, 4) : address;
}

/** The IPv6 /48 of an address or of its group: the most that one site is given. RFC 6177 §2. */
export function siteGroup(address: string): string | undefined {
  return address.includes(":") ? firstWords(address, 3) : undefined;
}

function firstWords(address: string, count: number): string {
  const [head = "", tail] = address.replace(/%.*$/, "").split("::");
  const before = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length;
  return [...before, ...Array<string>(Math.max(zeros, 0)).fill("0"), ...after].slice(0, count).join(":");
}
