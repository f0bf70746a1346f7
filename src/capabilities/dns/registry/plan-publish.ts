/** Decides what publishing a host makes of the zones, or why it may not be. */
import type { PublishOptions, RegistryRecord } from "#contracts/name-registry.ts";
import { addressText } from "#platform/listen/address-octets.ts";
import {
  lowerName,
  type Name,
  nameFromOctets,
  nameOctets,
  namesEqual,
  nameToText,
} from "#protocols/dns/name.ts";
import { rdataToText } from "#protocols/dns/records/index.ts";
import { mnemonicOfType, RRType } from "#protocols/dns/registry.ts";
import type { ZoneView } from "../journal/zone-writer.ts";
import type { ParsedHost } from "./parsed-host.ts";
import { release } from "./plan-withdraw.ts";
import { isSet, keyOf, type OwnRecord, partsAt, type SetParts } from "./published-records.ts";
import { isOfAddress, type ReversePlace, reversePlace } from "./reverse-place.ts";
import { coverOf, type ZonesInHand } from "./zones-in-hand.ts";

export type PublishPlan =
  | {
      readonly do: "refuse";
      readonly why: "no-zone" | "static" | "zone-unavailable";
      readonly sentence: string;
    }
  | {
      readonly do: "publish";
      /** What the registry has in the zones then. */
      readonly records: readonly OwnRecord[];
      /** What could not be removed now. */
      readonly left: readonly OwnRecord[];
      /** Addresses of which a PTR record says the host's name then. */
      readonly reverse: readonly string[];
    };

export interface PublishCase {
  readonly host: ParsedHost;
  /** What the registry put into zones for this name before. */
  readonly before: readonly OwnRecord[];
  /** The name is this owner's already. */
  readonly isOwners: boolean;
  readonly takeOver: PublishOptions["takeOver"];
}

/** The types by which the name of a host is claimed; TXT is one where it is used as a guard. */
const claimTypes: readonly number[] = [RRType.A, RRType.AAAA, RRType.DHCID];

export function planPublish(one: PublishCase, zones: ZonesInHand): PublishPlan {
  const { host } = one;
  const own = new Set(one.before.map(keyOf));
  const zone = zones.zoneOf(host.name);
  if (zone === undefined) return refuse("no-zone", `this server has no zone for ${nameToText(host.name)}`);
  const view = zones.view(zone);
  if (view === undefined) return refuse("zone-unavailable", zones.whyUnavailable(zone));
  const forward = planForward(one, { zone, view, own }, zones);
  if (forward.do === "refuse") return forward;
  const reverse = planReverse(host, { own, before: one.before, adopts: forward.taken.length > 0 }, zones);
  const kept = [...forward.records, ...reverse.records];
  const keys = new Set(kept.map(keyOf));
  const left: OwnRecord[] = [];
  for (const record of [...one.before, ...pointersOf(one, forward.taken, zones)]) {
    if (keys.has(keyOf(record)) || isAt(record, zone, host.name)) continue;
    if (release(record, own, zones) === "left") left.push(record);
  }
  return { do: "publish", records: kept, left, reverse: reverse.addresses };
}

interface ForwardPlan {
  readonly do: "publish";
  readonly records: readonly OwnRecord[];
  /** What somebody else put there, and is the host's now. */
  readonly taken: readonly SetParts[];
}

interface Forward {
  readonly zone: Name;
  readonly view: ZoneView;
  readonly own: ReadonlySet<string>;
}

function planForward(
  one: PublishCase,
  { zone, view, own }: Forward,
  zones: ZonesInHand,
): ForwardPlan | Extract<PublishPlan, { do: "refuse" }> {
  const { host } = one;
  const { name, ttl } = host;
  const cover = coverOf(view, name);
  if (cover?.kind === "delegated")
    return refuse("no-zone", `${nameToText(cover.name)} is delegated to other servers`);
  if (cover?.kind === "redirected")
    return refuse("static", `${nameToText(cover.name)} has a DNAME record, which hides the names below it`);
  const parts = partsAt(view, name, own);
  const wanted = Map.groupBy([...host.addresses, ...host.guards], ({ type }) => type);
  const guardedByText =
    wanted.has(RRType.TXT) || parts.some(({ type, own: mine }) => type === RRType.TXT && mine.length > 0);
  const claims = guardedByText ? [...claimTypes, RRType.TXT] : claimTypes;
  const inTheWay = parts.filter((set) => isInTheWay(set, parts, one.isOwners, claims));
  const taking = inTheWay.length === 0 ? "nothing" : takingOf(one, name, parts);
  if (taking === undefined) return refuse("static", sentenceOf(name, inTheWay));
  const taken = taking === "all" ? takenOver(parts) : [];
  const records: OwnRecord[] = [];
  for (const type of new Set([...claims, ...taken.map((set) => set.type)])) {
    const set = parts.find((one) => one.type === type);
    const own = (wanted.get(type) ?? []).map(({ rdata }) => rdata);
    for (const rdata of own) records.push({ zone, name, type, rdata });
    const staying = taking === "addresses" ? stayingBeside(own, set) : [];
    const rdata = [...own, ...staying];
    const setTtl = staying.length > 0 ? set!.ttl : ttl;
    if (!isSet(set, setTtl, rdata)) zones.change(zone, { do: "set", owner: name, type, ttl: setTtl, rdata });
  }
  return { do: "publish", records, taken };
}

/**
 * A name that has other records of any kind, even an MX or a TXT alone, is somebody's: whoever put them there
 * means a host of his own by that name. Once a name is its owner's, what others put beside it is theirs and
 * stays, but a record that says where or whose the name is makes it theirs.
 */
function isInTheWay(
  { type, foreign }: SetParts,
  parts: readonly SetParts[],
  isOwners: boolean,
  claims: readonly number[],
): boolean {
  if (foreign.length === 0) return false;
  const isHeld = isOwners && parts.some(({ own }) => own.length > 0);
  return !isHeld || type === RRType.CNAME || claims.includes(type);
}

/** What of the records of others becomes the host's; undefined: they stay, and it does not get the name. */
function takingOf(
  { takeOver }: PublishCase,
  name: Name,
  parts: readonly SetParts[],
): "all" | "addresses" | undefined {
  if (parts.some(({ type }) => type === RRType.CNAME)) return undefined;
  const answer = takeOver?.(parts.flatMap((set) => registryRecords(name, set)));
  if (answer === "addresses") return "addresses";
  const isNoHost = parts.some(({ type }) => type === RRType.SOA);
  return answer === true && !isNoHost && takenOver(parts).length > 0 ? "all" : undefined;
}

/** Where only addresses are taken over: of the records of others those of this set that stay. */
function stayingBeside(own: readonly Uint8Array[], set: SetParts | undefined): readonly Uint8Array[] {
  if (set === undefined || (isAddress(set.type) && own.length > 0)) return [];
  return set.foreign;
}

function isAddress(type: number): boolean {
  return type === RRType.A || type === RRType.AAAA;
}

function isTakenOver(type: number): boolean {
  return claimTypes.includes(type) || type === RRType.TXT;
}

function takenOver(parts: readonly SetParts[]): SetParts[] {
  return parts.filter(({ type, foreign }) => isTakenOver(type) && foreign.length > 0);
}

/** All of them: the guard that says whose the name is may be one that the registry put there itself. */
function registryRecords(name: Name, { type, ttl, own, foreign }: SetParts): RegistryRecord[] {
  return [...own, ...foreign].map((rdata) => ({
    name: nameToText(name),
    type: mnemonicOfType(type),
    ttl,
    data: rdataToText(type, rdata),
  }));
}

interface ReversePlan {
  readonly records: readonly OwnRecord[];
  readonly addresses: readonly string[];
}

interface ReverseCase {
  readonly own: ReadonlySet<string>;
  readonly before: readonly OwnRecord[];
  /** PTR records that say the host's name come with what was taken over. */
  readonly adopts: boolean;
}

function planReverse(host: ParsedHost, one: ReverseCase, zones: ZonesInHand): ReversePlan {
  const records: OwnRecord[] = [];
  const addresses: string[] = [];
  for (const { text } of host.reverse ? host.addresses : []) {
    const place = reversePlace(text, zones);
    if (place === undefined) {
      const unreached = one.before.find((record) => isUnreached(record, text, zones));
      if (unreached !== undefined) {
        records.push(unreached);
        addresses.push(text);
      }
      continue;
    }
    const pointer = planPointer(host, place, one, zones);
    if (pointer !== "others") addresses.push(text);
    if (pointer === "own") {
      const { zone, name } = place;
      records.push({ zone, name, type: RRType.PTR, rdata: nameOctets(host.name) });
    }
  }
  return { records, addresses };
}

/** The PTR record of the address stands in a zone that cannot be changed now, and is to stay there. */
function isUnreached({ zone, name, type }: OwnRecord, address: string, zones: ZonesInHand): boolean {
  if (type !== RRType.PTR || !isOfAddress(name, address)) return false;
  return zones.isHeld(zone) && zones.view(zone) === undefined;
}

/** Whose the PTR record of an address is then; `same`: somebody else's, and it says the host's name. */
function planPointer(
  { name: target, ttl }: ParsedHost,
  { zone, name, view }: ReversePlace,
  { own, adopts }: ReverseCase,
  zones: ZonesInHand,
): "own" | "same" | "others" {
  const parts = partsAt(view, name, own);
  const pointers = parts.find(({ type }) => type === RRType.PTR);
  const foreign = parts.flatMap((set) => set.foreign);
  const isSame = pointers?.foreign.some((one) => namesEqual(nameFromOctets(one), target)) ?? false;
  const isOwn = parts.some((set) => set.own.length > 0) || foreign.length === 0 || (adopts && isSame);
  if (!isOwn) return isSame ? "same" : "others";
  const rdata = [nameOctets(target)];
  // Beside records of others its TTL is theirs
  const isAlone = foreign.length === 0 || (foreign.length === 1 && isSame);
  if (isAlone && !isSet(pointers, ttl, rdata))
    zones.change(zone, { do: "set", owner: name, type: RRType.PTR, ttl, rdata });
  return "own";
}

/** PTR records that an earlier server left at addresses that the host no longer has. */
function pointersOf({ host }: PublishCase, taken: readonly SetParts[], zones: ZonesInHand): OwnRecord[] {
  const rdata = nameOctets(host.name);
  return taken
    .filter(({ type }) => isAddress(type))
    .flatMap(({ foreign }) => foreign)
    .flatMap((address) => {
      const place = reversePlace(addressText(address), zones);
      return place === undefined ? [] : [{ zone: place.zone, name: place.name, type: RRType.PTR, rdata }];
    });
}

function isAt(record: OwnRecord, zone: Name, name: Name): boolean {
  return record.zone === zone && lowerName(record.name) === lowerName(name);
}

function refuse(
  why: "no-zone" | "static" | "zone-unavailable",
  sentence: string,
): Extract<PublishPlan, { do: "refuse" }> {
  return { do: "refuse", why, sentence };
}

function sentenceOf(name: Name, inTheWay: readonly SetParts[]): string {
  const types = inTheWay.map(({ type }) => mnemonicOfType(type)).join(", ");
  return `${nameToText(name)} has records that were not published here: ${types}`;
}
