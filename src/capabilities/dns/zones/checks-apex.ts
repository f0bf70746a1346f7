/** What stands at the top of every zone: one SOA, and NS records. RFC 1034 §4.2.1, RFC 1035 §5.2. */
import { createHash } from "node:crypto";
import { nameToText } from "#protocols/dns/name.ts";
import { RRType } from "#protocols/dns/registry.ts";
import type { ZoneToCheck } from "./checks.ts";
import { apexNode } from "./image.ts";

/** RFC 4509, RFC 6605; 1 is RFC 4034 §5.1.3. */
const digestNames: Readonly<Record<number, string>> = { 1: "sha1", 2: "sha256", 4: "sha384" };

export function checkApex(zone: ZoneToCheck): void {
  const { image } = zone;
  const owner = image.origin;
  const origin = nameToText(owner);
  if (image.rrset(apexNode, RRType.SOA) === 0) {
    zone.find({
      severity: "error",
      owner,
      type: RRType.SOA,
      what: `the zone ${origin} has no SOA record`,
      write: `${origin} SOA and its seven values at the top`,
    });
  }
  if (image.rrset(apexNode, RRType.NS) === 0) {
    zone.find({
      severity: "error",
      owner,
      type: RRType.NS,
      what: `the zone ${origin} has no NS record`,
      write: `${origin} NS and the name of this name server`,
    });
  }
  if (image.rrset(apexNode, RRType.DS) !== 0) {
    zone.find({
      severity: "error",
      owner,
      type: RRType.DS,
      what: `the zone ${origin} has a DS record for itself`,
      write: "it into the zone above, beside the delegation", // RFC 4035 §2.4
    });
  }
  checkChildKeys(zone, RRType.CDS, "00000000", matchesCds);
  checkChildKeys(zone, RRType.CDNSKEY, "00030000", (cdnskey, dnskey) => equal(cdnskey, dnskey));
}

/**
 * For each algorithm that CDS or CDNSKEY offers to the parent, a DNSKEY of the zone must fit one of them; a request to
 * delete stands alone. RFC 7344 §4.1, RFC 8078 §4.
 */
function checkChildKeys(
  zone: ZoneToCheck,
  type: number,
  deletion: string,
  matches: (child: Uint8Array, dnskey: Uint8Array, owner: Uint8Array) => boolean,
): void {
  const { image } = zone;
  const set = image.rrset(apexNode, type);
  if (set === 0) return;
  const dnskeys = image.rdata(image.rrset(apexNode, RRType.DNSKEY));
  const offered = image.rdata(set);
  const isDeletion = (rdata: Uint8Array): boolean => rdata.length === 5 && rdata.toHex().startsWith(deletion);
  const algorithmAt = type === RRType.CDS ? 2 : 3;
  const kept = offered.filter((rdata) => !isDeletion(rdata));
  const fitting = new Set(
    kept
      .filter((rdata) => dnskeys.some((dnskey) => matches(rdata, dnskey, image.originOctets)))
      .map((rdata) => rdata[algorithmAt]),
  );
  const name = type === RRType.CDS ? "CDS" : "CDNSKEY";
  const misfit = kept.find((rdata) => kept.length < offered.length || !fitting.has(rdata[algorithmAt]));
  if (misfit === undefined) return;
  zone.find({
    severity: "error",
    owner: image.origin,
    type,
    rdata: misfit,
    what:
      kept.length < offered.length
        ? `${nameToText(image.origin)} ${name} asks for deletion and offers keys at the same time`
        : `${nameToText(image.origin)} ${name} fits no DNSKEY of the zone`,
    write: `${name} records that are made from the zone's DNSKEY records`,
  });
}

/** RFC 4034 §5.1.4: the digest covers the owner in lower case and the key. */
function matchesCds(cds: Uint8Array, dnskey: Uint8Array, owner: Uint8Array): boolean {
  const digestName = digestNames[cds[3]!];
  if (digestName === undefined || cds[2] !== dnskey[3] || ((cds[0]! << 8) | cds[1]!) !== keyTag(dnskey)) {
    return false;
  }
  const lowerOwner = owner.map((octet) => (octet >= 0x41 && octet <= 0x5a ? octet + 0x20 : octet));
  const digest = createHash(digestName).update(lowerOwner).update(dnskey).digest();
  return equal(cds.subarray(4), digest);
}

/** RFC 4034 Appendix B. */
function keyTag(dnskey: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < dnskey.length; i++) sum += i % 2 === 0 ? dnskey[i]! << 8 : dnskey[i]!;
  return (sum + (sum >>> 16)) & 0xffff;
}

function equal(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((octet, i) => octet === other[i]);
}
