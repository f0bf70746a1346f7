/** Takes changes of a zone back. */
import { RRType } from "#protocols/dns/registry.ts";
import type { ChangeSet } from "../journal/change-set.ts";
import type { ZoneView } from "../journal/zone-writer.ts";
import { changesOf } from "../zones/image-diff.ts";
import type { ZoneChange } from "../zones/zone-change.ts";
import { netDifference } from "./net-difference.ts";
import { sameButSerial, soaWithSerial } from "./record-sets.ts";

/** Why the way back is not known. */
export class RevertError extends Error {
  override readonly name = "RevertError";
}

/**
 * The changes that make of a zone what it was at `serial`, but for the serial number, which only goes up.
 * All that came later is taken back too, whoever did it. `sets` lead from `serial` to `view`.
 * @throws RevertError: a set is missing
 */
export function revertChanges(
  serial: number,
  sets: readonly ChangeSet[],
  view: Pick<ZoneView, "origin" | "serial" | "rrset">,
): ZoneChange[] {
  checkWay(serial, sets, view.serial);
  const { removed, added } = netDifference(sets);
  const changes = changesOf({ removed: withoutSoa(added), added: withoutSoa(removed) });
  const before = removed.find(({ type }) => type === RRType.SOA);
  const present = view.rrset(view.origin, RRType.SOA);
  if (before === undefined || present === undefined) return changes;
  const { owner, type, ttl, rdata } = before;
  if (sameButSerial({ type, ttl, rdata: [rdata] }, present)) return changes;
  return [...changes, { do: "set", owner, type, ttl, rdata: [soaWithSerial(rdata, view.serial)] }];
}

function withoutSoa<Item extends { readonly type: number }>(records: readonly Item[]): readonly Item[] {
  return records.filter(({ type }) => type !== RRType.SOA);
}

function checkWay(from: number, sets: readonly ChangeSet[], to: number): void {
  let at = from;
  for (const set of sets) {
    if (set.from !== at) throw new RevertError(`the change from serial ${at} is not kept`);
    at = set.to;
  }
  if (at !== to) throw new RevertError(`the change from serial ${at} is not kept`);
}
