/**
 * What an update makes of a zone, or why it makes nothing of it. It changes nothing itself: the whole of the
 * changes is done, or none. RFC 2136 §3.
 *
 * The order is BIND's: who may, and whether the updates make sense, comes before the prerequisites, so that
 * these tell nothing to those who may change nothing.
 */
import { Rcode } from "#protocols/dns/registry.ts";
import type { ZoneView } from "../journal/zone-writer.ts";
import type { ZoneChange } from "../zones/zone-change.ts";
import { applyUpdates, type SizeLimits } from "./apply-updates.ts";
import { checkPrerequisites } from "./prerequisites.ts";
import { type Prescan, prescan } from "./prescan.ts";
import { childKeysFit, dropOrphanedDs, hasNewKey, nameServersKeepAddresses } from "./sound-zone.ts";
import type { UpdateMessage } from "./update-message.ts";
import { WorkingZone } from "./working-zone.ts";

export interface UpdateRules extends Prescan, SizeLimits {}

export interface UpdateDecision {
  readonly rcode: Rcode;
  /** None unless the rcode is NOERROR; none, too, when all is so already. */
  readonly changes: readonly ZoneChange[];
}

export function decideUpdate(message: UpdateMessage, view: ZoneView, rules: UpdateRules): UpdateDecision {
  const zone = new WorkingZone(view);
  const scanned = prescan(zone, message.updates, rules);
  if (scanned !== Rcode.NOERROR) return nothing(scanned);
  const prepared = checkPrerequisites(zone, message.prerequisites);
  if (prepared !== Rcode.NOERROR) return nothing(prepared);
  if (!applyUpdates(zone, message.updates, rules)) return nothing(Rcode.SERVFAIL);
  dropOrphanedDs(zone);
  const changes = zone.changes();
  if (changes.length === 0) return nothing(Rcode.NOERROR);
  if (hasNewKey(zone)) return nothing(Rcode.SERVFAIL);
  if (!nameServersKeepAddresses(zone, new WorkingZone(view)) || !childKeysFit(zone))
    return nothing(Rcode.REFUSED);
  return { rcode: Rcode.NOERROR, changes };
}

function nothing(rcode: Rcode): UpdateDecision {
  return { rcode, changes: [] };
}
