/** Puts a zone together again at the start: its file or a snapshot, and what its journal says came after. */

import type { ConfigProblem } from "#contracts/configuration.ts";
import type { Store } from "#contracts/store.ts";
import { nameToText } from "#protocols/dns/name.ts";
import { ChangingZone } from "../zones/changing-zone.ts";
import type { ZoneImage } from "../zones/image.ts";
import { changesOf } from "../zones/image-diff.ts";
import type { ZoneMerger } from "../zones/zone-merger.ts";
import { newestPage, readPages, setsOf } from "./journal-store.ts";
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

/** Takes the zone's record from `zone.record`, and sets how far its journal goes. */
export async function restoreZone(
  zone: LiveZone,
  file: FileContent | undefined,
  ports: RestorePorts,
): Promise<Restored> {
  const { record } = zone;
  if (record === undefined) return { image: file?.image, problems: [] };
  zone.head = await newestPage(ports.store, zone.id);
  if (!record.dynamic && record.kind === "primary") return { image: file?.image, problems: [] };
  const problems: ConfigProblem[] = [];
  const start = await startOf(zone, file, ports, problems);
  if (start === undefined) return { image: undefined, problems };
  return { image: await replay(zone, start, ports, problems), problems };
}

interface Start {
  readonly image: ZoneImage;
  /** The newest page that is in it. */
  readonly page: number;
  /** It may differ from what the pages continue. */
  readonly loose: boolean;
}

async function startOf(
  zone: LiveZone,
  file: FileContent | undefined,
  ports: RestorePorts,
  problems: ConfigProblem[],
): Promise<Start | undefined> {
  const { state, base } = zone.record!;
  if (state !== undefined) {
    try {
      const image = await ports.snapshots.read(state.snapshot, zone.name);
      return { image, page: state.page, loose: false };
    } catch (error) {
      problems.push(lost(zone, error));
    }
  }
  if (file?.image === undefined || base === undefined) return undefined;
  return { image: file.image, page: base.page, loose: state !== undefined || file.digest !== base.digest };
}

/** Does what the pages say, one after the other. */
async function replay(
  zone: LiveZone,
  start: Start,
  { store, merger }: RestorePorts,
  problems: ConfigProblem[],
): Promise<ZoneImage> {
  if (start.page >= zone.head) return start.image;
  let image = start.image;
  const changing = await ChangingZone.open(image, {
    merger,
    onReplaced: (next) => {
      image = next;
    },
    onMergeFailed: (error) => problems.push(unread(zone, error.message)),
  });
  image = changing.image;
  try {
    for (let at = start.page; at < zone.head; ) {
      const pages = await readPages(store, zone.id, at);
      if (pages.length === 0) break;
      for (const page of pages) {
        at = page.number;
        for (const set of await setsOf(store, zone.id, page)) {
          if (set === undefined || (!start.loose && set.from !== image.serial())) {
            problems.push(unread(zone, `page ${page.number} does not continue serial ${image.serial()}`));
            zone.record = { ...zone.record!, chainFrom: zone.head + 1 };
            return image;
          }
          await changing.apply(changesOf(set));
          image = changing.image;
        }
      }
    }
    return image;
  } finally {
    changing[Symbol.dispose]();
  }
}

function lost(zone: LiveZone, error: unknown): ConfigProblem {
  const why = error instanceof Error ? error.message : String(error);
  const damaged = error instanceof SnapshotError ? "is damaged" : "cannot be read";
  return {
    severity: "error",
    what: `the snapshot of ${nameToText(zone.name)} ${damaged}: ${why}`,
    remedy: "put back a backup of the data folder; until then the file and the journal are all that is known",
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
