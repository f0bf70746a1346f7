/** For tests: zones that are edited, over a writer that does what it is told at once. */
import { openMemoryStore } from "#platform/store/memory-store.ts";
import { lowerName, parseName } from "#protocols/dns/name.ts";
import type { ChangeSet } from "../journal/change-set.ts";
import { ZoneUnchangeableError, type ZoneWriter } from "../journal/zone-writer.ts";
import type { ZoneImage } from "../zones/image.ts";
import { AppliedZones } from "./applied-zones.ts";
import { RecordedZone } from "./change-set.testing.ts";
import type { MergeSources } from "./merge-plan.ts";
import { viewOf } from "./record-sets.ts";
import { ZoneEditing } from "./zone-editing.ts";
import { parseZoneText } from "./zone-text.ts";

export const origin = parseName("example.");

/** `$TTL 60`, an SOA with this serial number, `NS ns` and the address of ns; then these lines. */
export function zoneText(serial: number, ...lines: string[]): string {
  const head = ["$TTL 60", `@ SOA ns host ${serial} 1h 10m 1d 5m`, "@ NS ns", "ns A 192.0.2.1"];
  return `${[...head, ...lines].join("\n")}\n`;
}

export function imageOf(text: string): ZoneImage {
  const { image, problems } = parseZoneText({ name: origin, text, file: "test", checkNames: "warn" });
  if (image === undefined) throw new Error(JSON.stringify(problems));
  return image;
}

export class EditingRig {
  readonly store = openMemoryStore();
  readonly zone: RecordedZone;
  readonly editing: ZoneEditing;
  /** What is done in the zone before the turn of an edit comes, once. */
  meanwhile: (() => void) | undefined;
  /** Why nothing can be changed. */
  unchangeable: ZoneUnchangeableError["why"] | undefined;
  /** The history knows the past from this serial number on. */
  historyFrom = 0;
  fileBase: MergeSources["base"] = { changedSince: [] };

  constructor(text: string) {
    this.zone = new RecordedZone(imageOf(text));
    this.editing = new ZoneEditing({
      zoneOf: (name) =>
        lowerName(name) === origin ? { name: origin, image: this.zone.image, checkNames: "warn" } : undefined,
      writer: this.writer(),
      history: { since: async (_, serial) => this.since(serial) },
      summaries: async (_, limit, before = this.zone.sets.length) => {
        const sets = this.zone.sets.slice(0, before).reverse().slice(0, limit);
        const left = before - sets.length;
        return { sets: sets.map(summary), before: left > 0 ? left : undefined };
      },
      applied: new AppliedZones(this.store),
      fileBase: async () => this.fileBase,
    });
  }

  private since(serial: number): AsyncIterable<readonly ChangeSet[]> | undefined {
    if (serial < this.historyFrom) return undefined;
    const sets = this.zone.since(serial);
    return sets.length === 0 ? undefined : pagesOf(sets);
  }

  private writer(): Pick<ZoneWriter, "change"> {
    return {
      change: async (_, author, decide) => {
        this.meanwhile?.();
        this.meanwhile = undefined;
        if (this.unchangeable !== undefined)
          throw new ZoneUnchangeableError(this.unchangeable, `it is ${this.unchangeable}`);
        const { changes, outcome, note } = decide(viewOf(this.zone.image));
        this.zone.change(changes, author, note);
        return outcome;
      },
    };
  }
}

function summary({ removed, added, ...rest }: ChangeSet) {
  return { ...rest, removed: removed.length - 1, added: added.length - 1, kept: true };
}

async function* pagesOf(sets: readonly ChangeSet[]): AsyncGenerator<readonly ChangeSet[]> {
  for (const set of sets) yield [set];
}
