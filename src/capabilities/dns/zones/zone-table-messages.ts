/**
 * A zone table on its way to another thread: the index and the images are shared memory, of which only the
 * images that the thread does not have yet are sent.
 */
import { type AddressLists, type AddressMatch, parseAddressMatch } from "../address-match.ts";
import type { ZoneImage } from "./image.ts";
import { zoneLimits } from "./limits.ts";
import { ZoneIndex } from "./zone-index.ts";
import { ZoneTable } from "./zone-table.ts";

export type ZoneTableMessage =
  /** Images for the table that follows. */
  | { readonly part: "images"; readonly memories: readonly ArrayBufferLike[] }
  | {
      readonly part: "table";
      readonly index: SharedArrayBuffer;
      readonly allowQuery: readonly (readonly string[])[];
      readonly acls: AddressLists;
      /**
       * For each zone, from where its image is: 0 when it has none, n for the n-th of those sent, -n for that
       * of the n-th zone of the table before.
       */
      readonly sources: Int32Array;
    }
  /** A zone of the present table has another image; undefined: none. */
  | { readonly part: "image"; readonly zone: number; readonly memory: ArrayBufferLike | undefined };

export interface ZoneTableLists {
  /** What each list of the table was made of. */
  readonly entriesOf: (match: AddressMatch) => readonly string[];
  readonly acls: AddressLists;
}

/** What tells a thread of a table. `before`: the one that it has from earlier messages. */
export function zoneTableMessages(
  table: ZoneTable,
  { entriesOf, acls }: ZoneTableLists,
  before?: ZoneTable,
): ZoneTableMessage[] {
  const known = new Map<ArrayBufferLike, number>();
  for (let zone = 0; zone < (before?.size ?? 0); zone++) {
    const memory = before!.memory(zone);
    if (memory !== undefined) known.set(memory, -1 - zone);
  }
  const sent: ArrayBufferLike[] = [];
  const sources = Int32Array.from({ length: table.size }, (_, zone) => {
    const memory = table.memory(zone);
    if (memory === undefined) return 0;
    return known.get(memory) ?? sent.push(memory);
  });
  const messages: ZoneTableMessage[] = [];
  for (let at = 0; at < sent.length; at += zoneLimits.imagesPerMessageMax)
    messages.push({ part: "images", memories: sent.slice(at, at + zoneLimits.imagesPerMessageMax) });
  const allowQuery = table.lists.map((match) => entriesOf(match));
  messages.push({ part: "table", index: table.index.buffer, allowQuery, acls, sources });
  return messages;
}

/** Puts together what `zoneTableMessages` took apart. */
export class ZoneTableReceiver {
  table: ZoneTable = new ZoneTable([]);
  private received: ArrayBufferLike[] = [];

  /** True when `table` is another one now. */
  take(message: ZoneTableMessage): boolean {
    switch (message.part) {
      case "images":
        for (const memory of message.memories) this.received.push(memory);
        return false;
      case "image":
        this.table.replaceImage(message.zone, message.memory);
        return false;
      case "table":
        this.table = this.tableOf(message);
        this.received = [];
        return true;
    }
  }

  private tableOf({ index, allowQuery, acls, sources }: ZoneTableMessage & { part: "table" }): ZoneTable {
    const { table: before, received } = this;
    const memories: (ArrayBufferLike | undefined)[] = [];
    const images: (ZoneImage | undefined)[] = [];
    for (const source of sources) {
      const isKept = source < 0;
      memories.push(isKept ? before.memory(-1 - source) : source > 0 ? received[source - 1] : undefined);
      images.push(isKept ? before.openedImage(-1 - source) : undefined);
    }
    const lists = allowQuery.map((entries) => parseAddressMatch(entries, acls));
    return ZoneTable.ofParts({ index: new ZoneIndex(index), lists, memories, images });
  }
}
