/** Which questions to ask about zones: every name they own or point to, and the names around those. */
import {
  lowerName,
  type Name,
  nameFromOctets,
  nameLabels,
  nameLimits,
  nameOctets,
  parentName,
  parseName,
} from "#protocols/dns/name.ts";
import { RRType } from "#protocols/dns/registry.ts";
import { loadZone } from "../../src/capabilities/dns/zones/load.ts";
import type { ZoneFile } from "./named.ts";

export interface Question {
  readonly name: Name;
  readonly type: number;
}

/** All owner names and names in RDATA of the zones, and below each one a name that is not there. */
export function namesOf(zones: readonly ZoneFile[]): Name[] {
  const names = new Map<Name, Name>();
  const add = (name: Name): void => void names.set(lowerName(name), name);
  for (const zone of zones) {
    const name = parseName(zone.name.endsWith(".") ? zone.name : `${zone.name}.`);
    const { image, problems } = loadZone({ name, file: zone.file, folder: "/", checkNames: "ignore" });
    if (image === undefined) throw new Error(`${zone.name}: ${JSON.stringify(problems)}`);
    for (const node of image.nodes()) add(image.nodeName(node));
    for (const { type, rdata } of image.records())
      for (const target of namesInRdata(type, rdata)) add(target);
  }
  const found = [...names.values()];
  for (const name of found) {
    for (const derived of [below("no", name), below("no-such", parentName(name))]) {
      if (derived !== undefined && !names.has(lowerName(derived))) add(derived);
    }
  }
  return [...names.values()];
}

/** The same names written otherwise, and names two labels below. */
export function namesAround(names: readonly Name[]): Name[] {
  const upper = names.map((name) => name.replace(/[a-z]+/g, (letters) => letters.toUpperCase()) as Name);
  const deeper = names.map((name) => below("*", name)).filter((name) => name !== undefined);
  const deepest = names
    .map((name) => below("nor", name))
    .map((name) => name && below("this", name))
    .filter((name) => name !== undefined);
  return [...upper, ...deeper, ...deepest];
}

function below(label: string, name: Name): Name | undefined {
  const made = (String.fromCharCode(label.length) + label + name) as Name;
  return made.length > nameLimits.nameOctetsMax || nameLabels(made).length > 127 ? undefined : made;
}

function namesInRdata(type: number, rdata: Uint8Array): Name[] {
  switch (type) {
    case RRType.NS:
    case RRType.CNAME:
    case RRType.DNAME:
    case RRType.PTR:
      return [nameFromOctets(rdata)];
    case RRType.MX:
    case RRType.AFSDB:
    case RRType.KX:
    case RRType.SVCB:
    case RRType.HTTPS:
      return [nameFromOctets(rdata, 2)];
    case RRType.SRV:
      return [nameFromOctets(rdata, 6)];
    default:
      return [];
  }
}

export interface QueryOptions {
  readonly recursionDesired: boolean;
  /** EDNS with the DO flag and this payload size, or none. */
  readonly ednsOctets?: number | undefined;
}

/** The query's octets; the ID is zero. */
export function queryOctets(
  { name, type }: Question,
  { recursionDesired, ednsOctets }: QueryOptions,
): Uint8Array {
  const qname = nameOctets(name);
  const query = new Uint8Array(12 + qname.length + 4 + (ednsOctets === undefined ? 0 : 11));
  query[2] = recursionDesired ? 1 : 0;
  query[5] = 1;
  query.set(qname, 12);
  query.set([type >>> 8, type & 255, 0, 1], 12 + qname.length);
  if (ednsOctets !== undefined) {
    query[11] = 1;
    query.set([0, 0, 41, ednsOctets >>> 8, ednsOctets & 255, 0, 0, 0x80, 0, 0, 0], 16 + qname.length);
  }
  return query;
}
