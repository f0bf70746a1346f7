/** Names of hosts and mailboxes: letters, digits and hyphens. RFC 952, RFC 1123 §2.1. BIND's check-names. */
import { lowerName, type Name, nameFromOctets, nameLabels, nameToText } from "#protocols/dns/name.ts";
import { mnemonicOfType, RRType } from "#protocols/dns/registry.ts";
import { isWildcard, type SetToCheck, setTitle, type ZoneToCheck } from "./checks-subject.ts";
import { apexNode, type ZoneImage } from "./image.ts";

/** Types whose owner is a host. */
export const hostTypes: readonly number[] = [RRType.A, RRType.AAAA, RRType.A6, RRType.MX, RRType.WKS];

type Kind = "host" | "mailbox";

/** The names in RDATA that hosts and mailboxes have, and where the first of them begins. */
export const namesWithin: ReadonlyMap<number, { readonly at: number; readonly kinds: readonly Kind[] }> =
  new Map([
    [RRType.NS, { at: 0, kinds: ["host"] }],
    [RRType.SOA, { at: 0, kinds: ["host", "mailbox"] }],
    [RRType.PTR, { at: 0, kinds: ["host"] }],
    [RRType.MX, { at: 2, kinds: ["host"] }],
    [RRType.RP, { at: 0, kinds: ["mailbox"] }],
    [RRType.AFSDB, { at: 2, kinds: ["host"] }],
    [RRType.RT, { at: 2, kinds: ["host"] }],
    [RRType.SRV, { at: 6, kinds: ["host"] }],
  ]);

export function checkHostNames(zone: ZoneToCheck, { node, set, type }: SetToCheck): void {
  if (type === RRType.NSEC3) checkHashedOwner(zone, node);
  if (zone.checkNames === "ignore") return;
  if (hostTypes.includes(type) && !isHostNode(zone, node)) findOwner(zone, node, type);
  if (namesWithin.has(type)) checkWithin(zone, node, set);
}

/**
 * A letter or digit in front and at the end of each label; hyphens may stand between. The root is a host
 * name.
 */
export function isHostName(name: Name): boolean {
  return nameLabels(name).every((label) => hostLabel.test(label));
}

const hostLabel = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/i;

function isHostNode({ image, originIsHost }: ZoneToCheck, node: number): boolean {
  const { slab } = image;
  for (let at = node; at !== apexNode; at = image.parent(at)) {
    const label = image.labelAt(at);
    const isAsterisk = at === node && isWildcard(image, at);
    if (!isAsterisk && !isHostLabel(slab, label)) return isGlobalCatalog(image, node);
  }
  return originIsHost;
}

/** As `hostLabel`, on octets: this is asked for every address of a zone. */
function isHostLabel(octets: Uint8Array, labelAt: number): boolean {
  const length = octets[labelAt]!;
  for (let i = 1; i <= length; i++) {
    const octet = octets[labelAt + i]!;
    const lower = octet | 0x20;
    const isAlphanumeric = (octet >= 0x30 && octet <= 0x39) || (lower >= 0x61 && lower <= 0x7a);
    if (!isAlphanumeric && (octet !== 0x2d || i === 1 || i === length)) return false;
  }
  return true;
}

/** Active Directory has addresses at gc._msdcs.DOMAIN, which BIND lets pass. */
function isGlobalCatalog(image: ZoneImage, node: number): boolean {
  return isGlobalCatalogName(image.nodeName(node));
}

export function isGlobalCatalogName(name: Name): boolean {
  const [first, second, ...rest] = nameLabels(lowerName(name));
  return first === "gc" && second === "_msdcs" && rest.every((label) => hostLabel.test(label));
}

function checkWithin(zone: ZoneToCheck, node: number, set: number): void {
  const { image } = zone;
  const type = image.type(set);
  if (type === RRType.PTR && !isReverse(image.origin)) return;
  const { at, kinds } = namesWithin.get(type)!;
  for (const rdata of image.rdata(set)) {
    let start = at;
    for (const kind of kinds) {
      const name = nameFromOctets(rdata, start);
      start += name.length;
      if (kind === "host" ? isHostName(name) : isMailbox(name)) continue;
      const owner = image.nodeName(node);
      zone.find({
        severity: severityOf(zone),
        owner,
        type,
        rdata,
        what: `${setTitle(owner, type)} names ${nameToText(name)}, which is not the name of a ${kind}`,
        write: "letters, digits and hyphens only, or set dns.checkNames to ignore",
      });
    }
  }
}

/** The first label is the part before the @ and may be nearly anything. RFC 1035 §8. */
export function isMailbox(name: Name): boolean {
  const [local, ...rest] = nameLabels(name);
  return local === undefined || (/^[!-~]+$/.test(local) && rest.every((label) => hostLabel.test(label)));
}

/** Other PTR records, such as those of service discovery (RFC 6763), name no hosts. */
export function isReverse(origin: Name): boolean {
  const labels = nameLabels(lowerName(origin));
  return labels.at(-1) === "arpa" && ["in-addr", "ip6"].includes(labels.at(-2) ?? "");
}

function findOwner(zone: ZoneToCheck, node: number, type: number): void {
  const owner = zone.image.nodeName(node);
  zone.find({
    severity: severityOf(zone),
    owner,
    type,
    what: `${nameToText(owner)} has ${mnemonicOfType(type)} records but is not the name of a host`,
    write: "letters, digits and hyphens only, or set dns.checkNames to ignore",
  });
}

/** The owner is a hash in base32. RFC 5155 §3. */
function checkHashedOwner(zone: ZoneToCheck, node: number): void {
  const owner = zone.image.nodeName(node);
  if (/^[0-9a-v]{32}$/i.test(nameLabels(owner)[0] ?? "")) return;
  zone.find({
    severity: "error",
    owner,
    type: RRType.NSEC3,
    what: `${nameToText(owner)} has an NSEC3 record but is not a hash in base32`,
    write: "no NSEC3 records: they are made when a zone is signed",
  });
}

function severityOf(zone: ZoneToCheck): "error" | "warning" {
  return zone.checkNames === "fail" ? "error" : "warning";
}
