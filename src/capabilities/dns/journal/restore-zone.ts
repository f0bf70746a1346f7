/** Puts a zone together again at the start: its file or a snapshot, and what its journal says came after. */

import type { ConfigProblem } from "#contracts/configuration.ts";
import { type Store, StoreError } from "#contracts/store.ts";
import { nameToText } from "#protocols/dns/name.ts";
import { ChangingZone } from "../zones/changing-zone.ts";
import type { ZoneImage } from "../zones/image.ts";
import { changesOf } from "../zones/image-diff.ts";
import type { ZoneMerger } from "../zones/zone-merger.ts";
import { JournalError, newestPage, readPages, setsOf } from "./journal-store.ts";
import type { LiveZone } from "./live-zone.ts";
import { SnapshotError } from "./snapshot-file.ts";
import type { Snapshots } from "./snapshots.ts";

export interface RestorePorts {
  readonly store: Store;
  readonly snapshots: Pick<Snapshots, "read">;
  readonly merger: Pick<ZoneMerger, "open" | "merge">;
}

/** What the zone's file says now. */
export interface FileContent {
  /** Undefined: it has errors. */
  readonly image: ZoneImage | undefined;
  readonly digest: string;
}

export interface Restored {
  /** Undefined: there is nothing to serve. */
  readonly image: ZoneImage | undefined;
  readonly problems: readonly ConfigProblem[];
}

export interface RestoredContent extends Restored {
  /** It is not all that the journal says: it must be kept before the journal goes on. */
  readonly isMended: boolean;
}

/** Takes the zone's record from `zone.record`, and sets how far its journal goes. Rejects with StoreError. */
export async function restoreZone(
  zone: LiveZone,
  file: FileContent | undefined,
  ports: RestorePorts,
): Promise<RestoredContent> {
  const { record } = zone;
  const asFiled = { image: file?.image, problems: [], isMended: false };
  if (record === undefined) return asFiled;
  const pages = [await newestPage(ports.store, zone.id), record.base?.page ?? 0, record.state?.page ?? 0];
  zone.head = Math.max(...pages);
  if (!record.dynamic && record.kind === "primary") return asFiled;
  const problems: ConfigProblem[] = [];
  const start = await startOf(zone, file, ports, problems);
  if (start === undefined) return { image: undefined, problems, isMended: false };
  const { image, isWhole } = await replay(zone, start, ports, problems);
  return { image, problems, isMended: start.isLoose || !isWhole };
}

interface Start {
  readonly image: ZoneImage;
  /** The newest page that is in it. */
  readonly page: number;
  /** It may differ from what the pages continue. */
  readonly isLoose: boolean;
}

async function startOf(
  zone: LiveZone,
  file: FileContent | undefined,
  { snapshots }: RestorePorts,
  problems: ConfigProblem[],
): Promise<Start | undefined> {
  const { state, base } = zone.record!;
  const read = async (snapshot: string): Promise<ZoneImage | undefined> => {
    try {
      return await snapshots.read(snapshot, zone.name);
    } catch (error) {
      problems.push(lost(zone, error));
      return undefined;
    }
  };
  const stateImage = state && (await read(state.snapshot));
  if (stateImage !== undefined) return { image: stateImage, page: state!.page, isLoose: false };
  // As long as there is no state, the zone was what its file said, and then what the pages made of it.
  const page = base?.page ?? 0;
  const isSame = file?.image !== undefined && file.digest === base?.digest;
  if (isSame) return { image: file.image!, page, isLoose: state !== undefined };
  const baseImage = base?.snapshot && (await read(base.snapshot));
  if (baseImage) return { image: baseImage, page, isLoose: state !== undefined };
  return file?.image && { image: file.image, page, isLoose: true };
}

/** Does what the pages say, one after the other. */
async function replay(
  zone: LiveZone,
  start: Start,
  { store, merger }: RestorePorts,
  problems: ConfigProblem[],
): Promise<{ readonly image: ZoneImage; readonly isWhole: boolean }> {
  if (start.page >= zone.head) return { image: start.image, isWhole: true };
  let changing: ChangingZone | undefined;
  let image = start.image;
  try {
    changing = await ChangingZone.open(start.image, {
      merger,
      onReplaced: (next) => {
        image = next;
      },
      onMergeFailed: () => undefined, // what waits for the merge is rejected
    });
    image = changing.image;
    for (let at = start.page; at < zone.head; ) {
      const pages = await readPages(store, zone.id, at);
      if (pages[0]?.number !== at + 1) throw new JournalError(`page ${at + 1} is gone`);
      for (const page of pages) {
        at = page.number;
        for (const set of await setsOf(store, zone.id, page)) {
          if (set === undefined || (!start.isLoose && set.from !== image.serial()))
            throw new JournalError(`page ${at} does not continue serial ${image.serial()}`);
          await changing.apply(changesOf(set));
          zone.setsSince++;
        }
      }
    }
    return { image, isWhole: true };
  } catch (error) {
    if (error instanceof StoreError) throw error;
    problems.push(unread(zone, error instanceof Error ? error.message : String(error)));
    return { image, isWhole: false };
  } finally {
    changing?.[Symbol.dispose]();
  }
}

function lost(zone: LiveZone, error: unknown): ConfigProblem {
  const why = error instanceof Error ? error.message : String(error);
  const damaged = error instanceof SnapshotError ? "is damaged" : "cannot be read";
  return {
    severity: "error",
    what: `the snapshot of ${nameToText(zone.name)} ${damaged}: ${why}`,
    remedy:
      "the zone is what its file and its journal say; compare `homeport zone show` with what it should be, " +
      "or put back a backup of the data folder",
  };
}

function unread(zone: LiveZone, why: string): ConfigProblem {
  return {
    severity: "error",
    what: `the journal of ${nameToText(zone.name)} cannot be followed to its end: ${why}`,
    remedy:
      "compare `homeport zone show` with what the zone should be, and correct it with `homeport zone edit`",
  };
}
