/** A whole new content for a zone, compared with the present one for the line of changes. */
import { isLaterSerial } from "#protocols/dns/serial.ts";
import type { ZoneImage } from "../zones/image.ts";
import type { ReplaceJob } from "./change-job.ts";
import type { Author } from "./change-set.ts";
import type { StoredSet } from "./change-set-value.ts";
import type { ZoneRecordValue } from "./journal-store.ts";
import { journalLimits } from "./limits.ts";
import type { LiveZone } from "./live-zone.ts";
import type { Snapshots } from "./snapshots.ts";

export interface NewContent {
  readonly zone: LiveZone;
  readonly image: ZoneImage;
  readonly author: Author;
  readonly atMs: number;
  /** What becomes of the record, besides where its chain begins. `page`: the newest one then. */
  readonly record: (record: ZoneRecordValue | undefined, page: number) => ZoneRecordValue;
}

/**
 * Of the moment: `StaleComparisonError` when the zone has changed until the turn of what this returns comes.
 */
export async function compareContent(
  { zone, image, author, atMs, record }: NewContent,
  snapshots: Pick<Snapshots, "compare">,
): Promise<ReplaceJob> {
  const present = zone.image;
  const presentSerial = present?.serial();
  const difference = present && (await snapshots.compare(present, image));
  const to = image.serial();
  const job = { do: "replace", zone, image, present, presentSerial } as const;
  const isSame = difference !== undefined && difference.removed + difference.added === 0;
  if (isSame) return { ...job, set: undefined, octets: undefined, record };
  const kept = difference !== undefined && difference.octets.length <= journalLimits.setOctetsMax;
  const isChain = kept && isLaterSerial(to, presentSerial!);
  const octets = kept ? difference.octets : undefined;
  const fits = octets !== undefined && octets.length <= journalLimits.pageOctetsMax;
  const set: StoredSet = {
    from: presentSerial ?? 0,
    to,
    at: atMs,
    by: [author.kind, author.name],
    removed: difference?.removed ?? 0,
    added: difference?.added ?? image.recordCount,
    ...(fits ? { octets: Buffer.from(octets).toString("base64") } : {}),
  };
  return {
    ...job,
    set,
    octets,
    record: (before, page) => ({
      ...record(before, page),
      ...(isChain ? {} : { chainFrom: page + 1 }),
    }),
  };
}
