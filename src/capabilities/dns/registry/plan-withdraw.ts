/** Takes records back that the registry put into zones, where they still are what it put there. */
import { isThere, type OwnRecord } from "./published-records.ts";
import type { ZonesInHand } from "./zones-in-hand.ts";

/** `left`: its zone cannot be changed now, so that it is to be tried again. */
export function release(record: OwnRecord, zones: ZonesInHand): "gone" | "left" {
  const { zone, name, type, rdata } = record;
  // A zone that is now another server's, or nobody's, is not ours to clean
  if (!zones.isHeld(zone)) return "gone";
  const view = zones.view(zone);
  if (view === undefined) return "left";
  if (isThere(view, record)) zones.change(zone, { do: "remove", owner: name, type, rdata });
  return "gone";
}

/** The records that are left. */
export function planWithdraw(records: readonly OwnRecord[], zones: ZonesInHand): OwnRecord[] {
  return records.filter((record) => release(record, zones) === "left");
}
