/** What stands at the top of every zone: one SOA, and NS records. RFC 1034 §4.2.1, RFC 1035 §5.2. */
import { nameToText } from "#protocols/dns/name.ts";
import { RRType } from "#protocols/dns/registry.ts";
import { limits } from "../limits.ts";
import { setTitle, type ZoneToCheck } from "./checks-subject.ts";
import { apexNode, readU16 } from "./image.ts";

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
  checkChildKeys(zone, RRType.CDS);
  checkChildKeys(zone, RRType.CDNSKEY);
  checkIterations(zone);
}

/**
 * RFC 9276 §3.1, §3.2: repeating the hash adds nothing, and above some number validators ignore the
 * signatures.
 */
function checkIterations(zone: ZoneToCheck): void {
  const { origin } = zone.image;
  const title = setTitle(origin, RRType.NSEC3PARAM);
  for (const rdata of zone.image.rdata(zone.image.rrset(apexNode, RRType.NSEC3PARAM))) {
    const iterations = readU16(rdata, 2);
    if (iterations <= limits.nsec3IterationsUsefulMax) continue;
    zone.find({
      severity: "warning",
      owner: origin,
      type: RRType.NSEC3PARAM,
      rdata,
      what: `${title} has ${iterations} iterations, with which validators take the zone for unsigned`,
      write: "0 and sign the zone again",
    });
  }
}

/** How a request to delete begins, and where the algorithm is. RFC 8078 §4. */
const childKeys = {
  [RRType.CDS]: { deletion: "00000000", algorithmAt: 2 },
  [RRType.CDNSKEY]: { deletion: "00000300", algorithmAt: 3 },
} as const;

/**
 * What CDS and CDNSKEY offer to the parent must be of algorithms that the zone has keys of; a request to
 * delete stands alone. RFC 7344 §4.1, RFC 8078 §4. BIND compares no more than the algorithms either.
 */
function checkChildKeys(zone: ZoneToCheck, type: typeof RRType.CDS | typeof RRType.CDNSKEY): void {
  const { image } = zone;
  const { deletion, algorithmAt } = childKeys[type];
  const offered = image.rdata(image.rrset(apexNode, type));
  const algorithms = new Set(image.rdata(image.rrset(apexNode, RRType.DNSKEY)).map((dnskey) => dnskey[3]));
  const kept = offered.filter((rdata) => rdata.length !== 5 || !rdata.toHex().startsWith(deletion));
  const asksBoth = kept.length < offered.length;
  const misfit = kept.find((rdata) => asksBoth || !algorithms.has(rdata[algorithmAt]));
  if (misfit === undefined) return;
  const title = setTitle(image.origin, type);
  zone.find({
    severity: "error",
    owner: image.origin,
    type,
    rdata: misfit,
    what: asksBoth
      ? `${title} asks for deletion and offers a key at the same time`
      : `${title} offers a key of algorithm ${misfit[algorithmAt]}, of which the zone has no DNSKEY`,
    write: "what was made from the zone's DNSKEY records, or nothing",
  });
}
