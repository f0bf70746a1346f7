/** What may stand beside what at one name. */
import { nameToText } from "#protocols/dns/name.ts";
import { mnemonicOfType, RRType } from "#protocols/dns/registry.ts";
import { type Above, isWildcard, type SetToCheck, setTitle, type ZoneToCheck } from "./checks-subject.ts";
import { apexNode, NodeFlag } from "./image.ts";

/** Of these a name has one record. RFC 1034 §3.6.2 (CNAME), RFC 1035 §5.2 (SOA), RFC 6672 §2.4 (DNAME). */
const singletons: readonly number[] = [RRType.CNAME, RRType.SOA, RRType.DNAME];

/** Types that go with a CNAME. RFC 4034 §3, §4; KEY and NXT are their forerunners (RFC 2535 §2.3.5). */
const besideCname: ReadonlySet<number> = new Set([
  RRType.CNAME,
  RRType.RRSIG,
  RRType.NSEC,
  RRType.SIG,
  RRType.KEY,
  RRType.NXT,
]);

/** Types that the parent keeps at a delegation. RFC 4035 §2.4, §2.3; addresses there are glue. */
const besideDelegation: ReadonlySet<number> = new Set([
  RRType.NS,
  RRType.DS,
  RRType.RRSIG,
  RRType.NSEC,
  RRType.NSEC3,
  RRType.A,
  RRType.AAAA,
]);

export function checkSet(zone: ZoneToCheck, { node, set, type }: SetToCheck, { hidden }: Above): void {
  const { image } = zone;
  const flags = image.flags(node);
  const isCut = (flags & NodeFlag.cut) !== 0;
  if ((flags & NodeFlag.cname) !== 0 && !besideCname.has(type)) findBesideCname(zone, node, type);
  if (image.recordsIn(set) > 1 && singletons.includes(type)) findSeveral(zone, node, set);
  if (hidden !== 0) findHidden(zone, node, type, hidden);
  else if (isCut && !besideDelegation.has(type)) findBesideDelegation(zone, node, type);
  if (type === RRType.NS && isWildcard(image, node)) findWildcardNs(zone, node);
  if (type === RRType.DS && !isCut && node !== apexNode) findLoneDs(zone, node);
  if (type === RRType.SPF && !isCut && hidden === 0) checkSpf(zone, node);
}

/** A `*` that is not the first label is an ordinary one. RFC 4592 §2.1.1. */
export function checkNode(zone: ZoneToCheck, node: number, { innerWildcard }: Above): void {
  if (!innerWildcard) return;
  const { image } = zone;
  const owner = image.nodeName(node);
  zone.find({
    severity: "warning",
    owner,
    type: image.type(image.firstRrset(node)),
    what: `the * in ${nameToText(owner)} is not in front and stands for nothing but itself`,
    write: "the * as the first label",
  });
}

function findBesideCname(zone: ZoneToCheck, node: number, type: number): void {
  const owner = zone.image.nodeName(node);
  zone.find({
    severity: "error",
    owner,
    type,
    what: `${nameToText(owner)} is a CNAME and has ${mnemonicOfType(type)} records too`, // RFC 2181 §10.1
    write: "either of them",
  });
}

function findSeveral(zone: ZoneToCheck, node: number, set: number): void {
  const { image } = zone;
  const owner = image.nodeName(node);
  const mnemonic = mnemonicOfType(image.type(set));
  zone.find({
    severity: "error",
    owner,
    type: image.type(set),
    rdata: image.rdata(set)[1]!,
    what: `${nameToText(owner)} has ${image.recordsIn(set)} different ${mnemonic} records`,
    write: "one of them",
  });
}

function findHidden(zone: ZoneToCheck, node: number, type: number, hidden: number): void {
  const { image } = zone;
  const isDelegation = (image.flags(hidden) & NodeFlag.cut) !== 0;
  if (isDelegation && (type === RRType.A || type === RRType.AAAA)) return; // glue
  const owner = image.nodeName(node);
  const above = nameToText(image.nodeName(hidden));
  const kind = isDelegation ? "delegation" : "DNAME";
  zone.find({
    severity: "warning",
    owner,
    type,
    what: `${setTitle(owner, type)} is never answered, because it lies below the ${kind} ${above}`,
    write: isDelegation ? `it into the zone ${above}` : "it elsewhere",
  });
}

function findBesideDelegation(zone: ZoneToCheck, node: number, type: number): void {
  const owner = zone.image.nodeName(node);
  zone.find({
    severity: "warning",
    owner,
    type,
    what: `${setTitle(owner, type)} is never answered, because ${nameToText(owner)} is delegated`,
    write: `it into the zone ${nameToText(owner)}`,
  });
}

/** RFC 4592 §4.2 leaves it open; BIND refuses it. */
function findWildcardNs(zone: ZoneToCheck, node: number): void {
  const owner = zone.image.nodeName(node);
  zone.find({
    severity: "error",
    owner,
    type: RRType.NS,
    what: `${nameToText(owner)} is a wildcard and has an NS record`,
    write: "an NS record for each name that is delegated",
  });
}

function findLoneDs(zone: ZoneToCheck, node: number): void {
  const owner = zone.image.nodeName(node);
  zone.find({
    severity: "warning",
    owner,
    type: RRType.DS,
    what: `${nameToText(owner)} has a DS record but no NS record, so it is not delegated`, // RFC 4035 §2.4
    write: "the NS records of the delegation too",
  });
}

/** The SPF type is given up; receivers ask for TXT. RFC 7208 §3.1. */
function checkSpf(zone: ZoneToCheck, node: number): void {
  const { image } = zone;
  const texts = image.rdata(image.rrset(node, RRType.TXT));
  if (texts.some((text) => /^.v=spf1( |$)/is.test(String.fromCharCode(...text.subarray(0, 8))))) return;
  const owner = image.nodeName(node);
  zone.find({
    severity: "warning",
    owner,
    type: RRType.SPF,
    what: `${nameToText(owner)} has an SPF record, which nobody asks for any more, and no such TXT record`,
    write: "a TXT record with the same text",
  });
}
