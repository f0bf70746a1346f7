/** Takes records back that the registry put into zones, where they still are what it put there. */
import { RRType } from "#protocols/dns/registry.ts";
import { isThere, keyOf, type OwnRecord, partsAt } from "./published-records.ts";
import type { ZonesInHand } from "./zones-in-hand.ts";

/**
 * `left`: its zone cannot be changed now, so that it is to be tried again.
 * @param own keys of all that the registry has put there for the name
 */
export function release(record: OwnRecord, own: ReadonlySet<string>, zones: ZonesInHand): "gone" | "left" {
  const { zone, name, type, rdata } = record;
  // A zone that is now another server's, or nobody's, is not ours to clean
  if (!zones.isHeld(zone)) return "gone";
  const view = zones.view(zone);
  if (view === undefined) return "left";
  const mayGo = isThere(view, record) && !(isGuard(type) && hasAddressOfOthers(record, own, zones));
  if (mayGo) zones.change(zone, { do: "remove", owner: name, type, rdata });
  return "gone";
}

/** The records that are left. */
export function planWithdraw(records: readonly OwnRecord[], zones: ZonesInHand): OwnRecord[] {
  const own = new Set(records.map(keyOf));
  return records.filter((record) => release(record, own, zones) === "left");
}

function isGuard(type: number): boolean {
  return type === RRType.TXT || type === RRType.DHCID;
}

/**
 * Another server has given the machine an address since, and knows its own by the guard: without it nobody
 * could take that address away again. RFC 4703 §5.5.
 */
function hasAddressOfOthers(
  { zone, name }: OwnRecord,
  own: ReadonlySet<string>,
  zones: ZonesInHand,
): boolean {
  const addresses = partsAt(zones.view(zone)!, name, own).filter(
    ({ type }) => type === RRType.A || type === RRType.AAAA,
  );
  return addresses.some(({ foreign }) => foreign.length > 0);
}
