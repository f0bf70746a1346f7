/** Reads what zones were: for incremental transfers, and for people. */
import type { Store } from "#contracts/store.ts";
import type { ChangeSet, ChangeSummary } from "./change-set.ts";
import { summaryOf } from "./change-set-value.ts";
import {
  JournalError,
  type NumberedPage,
  readPage,
  readPages,
  readPagesBackwards,
  setsOf,
} from "./journal-store.ts";
import type { LiveZone } from "./live-zone.ts";

export interface SummaryPage {
  /** Newest first. */
  readonly sets: readonly ChangeSummary[];
  /** By which the next page is asked for; undefined: there are no older ones. */
  readonly before: number | undefined;
}

const summaryPagesMax = 200;

export class ZonePast {
  private readonly store: Store;

  constructor(store: Store) {
    this.store = store;
  }

  /**
   * The sets that lead from a serial to the present, oldest first, in pages. Undefined when it is not known
   * how the zone came from there. Rejects with StoreError; the pages throw JournalError when they are
   * forgotten meanwhile.
   */
  async since(zone: LiveZone, serial: number): Promise<AsyncIterable<readonly ChangeSet[]> | undefined> {
    const { image, head } = zone;
    if (image === undefined || zone.isBehind) return undefined;
    // Of this turn, as the head is: the zone may change at any time.
    const now = image.serial();
    if (serial === now) return noSets();
    const first = await this.pageFrom(zone, serial, now);
    return first === undefined ? undefined : this.pages(zone, first, serial, head);
  }

  /** `before`: as the page before has it. Looks at no more pages than a client should wait for. */
  async summaries(zone: LiveZone, limit: number, before?: number): Promise<SummaryPage> {
    const sets: ChangeSummary[] = [];
    let at = before ?? zone.head + 1;
    for (let read = 0; sets.length < limit && at > 1 && read < summaryPagesMax; read++) {
      const pages = await readPagesBackwards(this.store, zone.id, at, 16);
      for (const page of pages) {
        if (sets.length >= limit) break;
        sets.push(...page.sets.map(summaryOf).reverse());
        at = page.number;
      }
      if (pages.length === 0) return { sets, before: undefined };
    }
    return { sets, before: at > Math.max(zone.record?.oldest ?? 1, 1) ? at : undefined };
  }

  /** The page of which a set begins at a serial, among those that continue one another. */
  private async pageFrom(zone: LiveZone, serial: number, now: number): Promise<number | undefined> {
    const { record, head } = zone;
    if (record === undefined || head < record.chainFrom) return undefined;
    // How far back a serial lies: "later" alone is no order where a history goes half around the circle.
    const back = (one: number): number => (now - one) >>> 0;
    let low = Math.max(record.chainFrom, record.oldest);
    let high = head;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const page = await readPage(this.store, zone.id, middle);
      if (page === undefined) return undefined; // forgotten meanwhile
      const { from } = page.sets[0]!;
      const { to } = page.sets.at(-1)!;
      if (page.sets.some((set) => set.from === serial)) return middle;
      if (back(from) < back(serial)) high = middle - 1;
      else if (back(to) >= back(serial)) low = middle + 1;
      else return undefined; // between two sets
    }
    return undefined;
  }

  private async *pages(
    zone: LiveZone,
    first: number,
    serial: number,
    head: number,
  ): AsyncGenerator<readonly ChangeSet[]> {
    let at = first - 1;
    let next = serial;
    while (at < head) {
      const pages = await readPages(this.store, zone.id, at);
      if (pages[0]?.number !== at + 1) throw new JournalError(`page ${at + 1} of the journal is gone`);
      for (const page of pages) {
        if (page.number > head) return;
        const sets = await this.setsFrom(zone, page, next);
        next = sets.at(-1)!.to;
        at = page.number;
        yield sets;
      }
    }
  }

  /** The page's sets from a serial on; each continues the one before. */
  private async setsFrom(zone: LiveZone, page: NumberedPage, serial: number): Promise<readonly ChangeSet[]> {
    const all = await setsOf(this.store, zone.id, page);
    const sets = all.slice(page.sets.findIndex(({ from }) => from === serial));
    let next = serial;
    return sets.map((set) => {
      if (set?.from !== next) throw new JournalError(`page ${page.number} does not lead on from ${next}`);
      next = set.to;
      return set;
    });
  }
}

async function* noSets(): AsyncGenerator<readonly ChangeSet[]> {
  // The zone is at that serial.
}
