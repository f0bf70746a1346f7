/** What changes would do to a zone, before they are done: for previews. */
import { lowerName } from "#protocols/dns/name.ts";
import type { RrsetView, ZoneView } from "../journal/zone-writer.ts";
import type { ZoneRecord } from "../zones/image.ts";
import type { ZoneDifference } from "../zones/image-diff.ts";
import { rrsetKey } from "../zones/rrset-draft.ts";
import type { ZoneChange } from "../zones/zone-change.ts";
import { keyOfSet, recordsMerged, recordsWithout } from "./record-sets.ts";

/** The serial number that the writer raises with any change is no part of it. */
export function differenceOf(changes: readonly ZoneChange[], view: ZoneView): ZoneDifference {
  const names = new Map<string, { before: Map<number, RrsetView>; after: Map<number, RrsetView> }>();
  const owners = new Map<string, ZoneChange["owner"]>();
  for (const change of changes) {
    const lower = lowerName(change.owner);
    let name = names.get(lower);
    if (name === undefined) {
      const sets = view.rrsetsAt(change.owner).map((set) => [keyOfSet(set), set] as const);
      name = { before: new Map(sets), after: new Map(sets) };
      names.set(lower, name);
      owners.set(lower, change.owner);
    }
    doTo(name.after, change);
  }
  const removed: ZoneRecord[] = [];
  const added: ZoneRecord[] = [];
  for (const [lower, { before, after }] of names) {
    const owner = owners.get(lower)!;
    for (const key of new Set([...before.keys(), ...after.keys()])) {
      const [was, is] = [before.get(key), after.get(key)];
      const isSameTtl = was?.ttl === is?.ttl;
      for (const rdata of recordsWithout(was, isSameTtl ? is : undefined))
        removed.push({ owner, type: was!.type, ttl: was!.ttl, rdata });
      for (const rdata of recordsWithout(is, isSameTtl ? was : undefined))
        added.push({ owner, type: is!.type, ttl: is!.ttl, rdata });
    }
  }
  return { removed, added };
}

function doTo(sets: Map<number, RrsetView>, change: ZoneChange): void {
  switch (change.do) {
    case "delete-name":
      sets.clear();
      return;
    case "delete":
      for (const [key, { type }] of sets) if (type === change.type) sets.delete(key);
      return;
    case "set": {
      if (change.rdata.length === 0) doTo(sets, { ...change, do: "delete" });
      else sets.set(rrsetKey(change.type, change.rdata[0]!), change);
      return;
    }
    case "add":
    case "remove": {
      const key = rrsetKey(change.type, change.rdata);
      const set = sets.get(key);
      const [less, more] = change.do === "add" ? [[], [change.rdata]] : [[change.rdata], []];
      const rdata = recordsMerged(change.type, set?.rdata ?? [], less, more);
      if (rdata.length === 0) sets.delete(key);
      else sets.set(key, { type: change.type, ttl: change.do === "add" ? change.ttl : set!.ttl, rdata });
    }
  }
}
