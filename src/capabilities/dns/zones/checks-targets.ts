/**
 * Whether the names that NS, MX and SRV records of the zone point to have addresses, as far as they are in
 * the zone.
 */
import { type Name, nameFromOctets, nameToText } from "#protocols/dns/name.ts";
import { RRType } from "#protocols/dns/registry.ts";
import { type Finding, type SetToCheck, setTitle, type ZoneToCheck } from "./checks-subject.ts";
import { apexNode, NodeFlag, type ZoneImage } from "./image.ts";

/** Where the target name begins in RDATA. */
const targetAt: ReadonlyMap<number, number> = new Map([
  [RRType.NS, 0],
  [RRType.MX, 2],
  [RRType.SRV, 6],
]);

export function checkTargets(zone: ZoneToCheck, { node, set, type }: SetToCheck): void {
  const at = targetAt.get(type);
  if (at === undefined) return;
  const { image } = zone;
  if (type !== RRType.NS && (image.flags(node) & NodeFlag.cut) !== 0) return;
  for (const rdata of image.rdata(set)) {
    const target = nameFromOctets(rdata, at);
    const about = { owner: image.nodeName(node), type, rdata };
    if (type !== RRType.SRV) checkNotAddress(zone, about, target);
    checkTarget(zone, node, about, target);
  }
}

interface About {
  readonly owner: Name;
  readonly type: number;
  readonly rdata: Uint8Array;
}

type Outcome = "fine" | "no-address" | "no-glue" | "cname" | "dname";

function checkTarget(zone: ZoneToCheck, node: number, about: About, target: Name): void {
  const outcome = lookUp(zone.image, target, node !== apexNode && about.type === RRType.NS);
  if (outcome === "fine") return;
  const text = nameToText(target);
  const title = setTitle(about.owner, about.type);
  const atTop = node === apexNode && about.type === RRType.NS;
  const severity: Finding["severity"] = atTop && outcome !== "no-address" ? "error" : "warning";
  switch (outcome) {
    case "no-address":
      zone.find({
        ...about,
        severity,
        what: `${title} names ${text}, which has no address`,
        write: `an A or AAAA record for ${text}`,
      });
      return;
    case "no-glue":
      zone.find({
        ...about,
        severity,
        what: `${title} names ${text}, which nobody can find without an address here`, // RFC 9471 §2
        write: `an A or AAAA record for ${text} in this zone too`,
      });
      return;
    case "cname":
      zone.find({
        ...about,
        severity,
        what: `${title} names ${text}, which is a CNAME`, // RFC 2181 §10.3
        write: "the name that it stands for",
      });
      return;
    case "dname":
      zone.find({
        ...about,
        severity,
        what: `${title} names ${text}, which a DNAME above it renames`,
        write: "the name that it becomes",
      });
  }
}

/** `glue` asks for addresses below delegations too; else a name there is its own zone's matter. */
function lookUp(image: ZoneImage, target: Name, glue: boolean): Outcome {
  const labelAts = labelsInZone(image, target);
  if (labelAts === undefined) return "fine";
  const octets = Uint8Array.from(target, (character) => character.charCodeAt(0));
  let node: number = apexNode;
  let delegated = false;
  for (let i = labelAts.length - 1; i >= 0; i--) {
    if ((image.flags(node) & NodeFlag.dname) !== 0 && !delegated) return "dname";
    const child = image.child(node, octets, labelAts[i]!);
    if (child === 0) {
      if (delegated) return glue ? "no-glue" : "fine";
      node = image.child(node, wildcardLabel, 0); // RFC 4592 §3.3.1
      return node === 0 ? "no-address" : addressAt(image, node);
    }
    node = child;
    delegated ||= (image.flags(node) & NodeFlag.cut) !== 0;
    if (delegated && !glue) return "fine";
  }
  const outcome = addressAt(image, node);
  return delegated && outcome !== "fine" ? "no-glue" : outcome;
}

function addressAt(image: ZoneImage, node: number): Outcome {
  if (image.rrset(node, RRType.A) !== 0 || image.rrset(node, RRType.AAAA) !== 0) return "fine";
  return (image.flags(node) & NodeFlag.cname) !== 0 ? "cname" : "no-address";
}

const wildcardLabel = Uint8Array.of(1, 0x2a);

/** Where the labels of `name` that are below the zone's name begin; undefined when it is not in the zone. */
function labelsInZone(image: ZoneImage, name: Name): number[] | undefined {
  const end = name.length - image.origin.length;
  const labelAts: number[] = [];
  let at = 0;
  for (; at < end; at += 1 + name.charCodeAt(at)) labelAts.push(at);
  return at === end && name.slice(at).toLowerCase() === image.origin.toLowerCase() ? labelAts : undefined;
}

/** `MX 10 192.0.2.1` reads as a name below the origin. RFC 1035 §3.3.9. */
function checkNotAddress(zone: ZoneToCheck, about: About, target: Name): void {
  const text = nameToText(target);
  const address = /^(\d{1,3}\.){4}/.exec(text)?.[0];
  if (address === undefined) return;
  const rest = text.slice(address.length);
  if (rest !== "" && rest.toLowerCase() !== nameToText(zone.image.origin).toLowerCase()) return;
  const title = setTitle(about.owner, about.type);
  zone.find({
    ...about,
    severity: "warning",
    what: `${title} names ${address.slice(0, -1)}, which is an address and not a name`,
    write: "a name that has this address",
  });
}
