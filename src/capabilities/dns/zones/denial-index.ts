/**
 * Which nodes of a signed zone prove what the zone does not have, in the order in which they are searched.
 * RFC 4034 §4, RFC 5155 §3. Canonical order is the order of the hashes too, since base32hex keeps it.
 */
import { RRType } from "#protocols/dns/registry.ts";
import { limits } from "../limits.ts";
import { apexNode, readU16, type ZoneImage } from "./image.ts";
import { compareLabelsAt, sortedNodes } from "./order.ts";

export interface DenialIndex {
  readonly nodes: Uint32Array;
  /** RDATA of the NSEC3PARAM record whose chain it is, as `firstRdata` says; 0 with NSEC. */
  readonly nsec3Param: number;
}

/**
 * Undefined when the zone is not signed: without keys, or without a chain that begins at the apex. `apex`:
 * the version of it to go by.
 */
export function denialOf(image: ZoneImage, apex: number = image.apex): DenialIndex | undefined {
  if (!hasZoneKey(image, apex)) return undefined;
  const nsec3Param = chosenNsec3Param(image, apex);
  if (nsec3Param !== 0) return { nsec3Param, nodes: nsec3Nodes(image, nsec3Param) };
  if (!hasSigned(image, apex, RRType.NSEC)) return undefined;
  return { nsec3Param: 0, nodes: sortedNodes(image).filter((node) => hasSigned(image, node, RRType.NSEC)) };
}

/** RFC 4034 §2.1.1, §2.1.2: the Zone Key flag, protocol 3. */
function hasZoneKey(image: ZoneImage, apex: number): boolean {
  return image
    .rdata(image.rrset(apex, RRType.DNSKEY))
    .some((dnskey) => (readU16(dnskey, 0) & 0x8300) === 0x0100 && dnskey[2] === 3);
}

function hasSigned(image: ZoneImage, node: number, type: number): boolean {
  return image.rrset(node, type) !== 0 && image.signatures(node, type) !== 0;
}

/**
 * RFC 5155 §7.3 lets a server choose among complete chains: the first one in canonical order of RDATA, as
 * BIND. One with flags is not complete yet (RFC 5155 §4.1.2), one with another hash than SHA-1 not known.
 */
function chosenNsec3Param(image: ZoneImage, apex: number): number {
  const rrset = image.rrset(apex, RRType.NSEC3PARAM);
  let chosen = 0;
  let at = image.firstRdata(rrset);
  for (let left = rrset === 0 ? 0 : image.recordsIn(rrset); left > 0; left--) {
    const usable =
      image.slab[at + 2] === 1 &&
      image.slab[at + 3] === 0 &&
      readU16(image.slab, at + 4) <= limits.nsec3IterationsMax;
    if (usable && (chosen === 0 || Buffer.compare(rdataAt(image, at), rdataAt(image, chosen)) < 0))
      chosen = at;
    at += 2 + readU16(image.slab, at);
  }
  return chosen;
}

function nsec3Nodes(image: ZoneImage, nsec3Param: number): Uint32Array {
  const param = rdataAt(image, nsec3Param);
  const nodes: number[] = [];
  for (const node of image.nodes()) {
    if (image.parent(node) === apexNode && isOfChain(image, node, param)) nodes.push(node);
  }
  nodes.sort((one, other) =>
    compareLabelsAt(image.slab, image.labelAt(one), image.slab, image.labelAt(other)),
  );
  return Uint32Array.from(nodes);
}

/** An NSEC3 record with the parameters of the chain, whatever its flags. RFC 5155 §7.3. */
function isOfChain(image: ZoneImage, node: number, param: Uint8Array): boolean {
  const rrset = image.rrset(node, RRType.NSEC3);
  if (rrset === 0 || image.signatures(node, RRType.NSEC3) === 0) return false;
  return image
    .rdata(rrset)
    .some(
      (nsec3) =>
        nsec3[0] === param[0] && Buffer.compare(nsec3.subarray(2, param.length), param.subarray(2)) === 0,
    );
}

function rdataAt(image: ZoneImage, at: number): Uint8Array {
  return image.slab.subarray(at + 2, at + 2 + readU16(image.slab, at));
}
