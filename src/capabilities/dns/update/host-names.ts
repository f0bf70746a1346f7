/** Names that must be those of hosts and mailboxes, in one record of an update. BIND's check-names. */
import { type Name, nameFromOctets, parentName } from "#protocols/dns/name.ts";
import { RRType } from "#protocols/dns/registry.ts";
import {
  hostTypes,
  isGlobalCatalogName,
  isHostName,
  isMailbox,
  isReverse,
  namesWithin,
} from "../zones/checks-names.ts";
import { isWildcardName } from "./working-zone.ts";

export interface NamedRecord {
  readonly owner: Name;
  readonly type: number;
  readonly rdata: Uint8Array;
}

export function namesAreHosts(record: NamedRecord, origin: Name): boolean {
  return ownerIsHost(record) && namesWithinAreHosts(record, origin);
}

function ownerIsHost({ owner, type }: NamedRecord): boolean {
  if (!hostTypes.includes(type)) return true;
  const host = isWildcardName(owner) ? parentName(owner) : owner;
  return isHostName(host) || isGlobalCatalogName(owner);
}

function namesWithinAreHosts({ type, rdata }: NamedRecord, origin: Name): boolean {
  const within = namesWithin.get(type);
  if (within === undefined || (type === RRType.PTR && !isReverse(origin))) return true;
  let { at } = within;
  for (const kind of within.kinds) {
    const name = nameFromOctets(rdata, at);
    at += name.length;
    if (kind === "host" ? !isHostName(name) : !isMailbox(name)) return false;
  }
  return true;
}
