/** The zones that are served, found by the name asked for: the most specific one wins. */
import { type Name, nameOctets } from "#protocols/dns/name.ts";
import type { AddressMatch } from "../address-match.ts";
import type { NamePlace } from "../engine/name-place.ts";
import { ZoneImage } from "./image.ts";
import { ZoneIndex } from "./zone-index.ts";

export interface ServedZone {
  readonly name: Name;
  /** Undefined: the zone is ours and could not be loaded, so its names are SERVFAIL. */
  readonly image: ZoneImage | undefined;
  readonly allowQuery: AddressMatch;
}

/** What a table is made of. Zones have numbers from 0. */
export interface ZoneTableParts {
  readonly index: ZoneIndex;
  /** Who may ask; the index says which of them holds for a zone. */
  readonly lists: readonly AddressMatch[];
  /** Memory of each zone's image. */
  readonly memories: (ArrayBufferLike | undefined)[];
  /** Images, of those zones that somebody has asked for. */
  readonly images: (ZoneImage | undefined)[];
}

export class ZoneTable {
  readonly index: ZoneIndex;
  readonly lists: readonly AddressMatch[];
  private readonly memories: (ArrayBufferLike | undefined)[];
  private readonly images: (ZoneImage | undefined)[];

  constructor(zones: readonly ServedZone[], { index, lists, memories, images } = partsOf(zones)) {
    this.index = index;
    this.lists = lists;
    this.memories = memories;
    this.images = images;
  }

  /** For a thread that has the parts and no need of the rest. */
  static ofParts(parts: ZoneTableParts): ZoneTable {
    return new ZoneTable([], parts);
  }

  get size(): number {
    return this.index.size;
  }

  /** Undefined: the zone is ours and could not be loaded, so its names are SERVFAIL. */
  image(zone: number): ZoneImage | undefined {
    return this.images[zone] ?? this.open(zone);
  }

  /** Memory of the zone's image. Undefined: the zone could not be loaded. */
  memory(zone: number): ArrayBufferLike | undefined {
    return this.memories[zone];
  }

  /** The zone's image, if somebody has asked for it already. */
  openedImage(zone: number): ZoneImage | undefined {
    return this.images[zone];
  }

  /** Puts another image of the same zone in the place of the one before; undefined: none. */
  replaceImage(zone: number, memory: ArrayBufferLike | undefined): void {
    this.memories[zone] = memory;
    this.images[zone] = undefined;
  }

  /** Who may ask the zone. */
  allowQuery(zone: number): AddressMatch {
    return this.lists[this.index.listOf(zone)]!;
  }

  /** True when a name that lies in a zone is its origin. */
  isOrigin(zone: number, name: NamePlace): boolean {
    return this.index.isOrigin(zone, name);
  }

  /** True when another zone lies in this one. */
  hasZonesBelow(zone: number): boolean {
    return this.index.hasZonesBelow(zone);
  }

  /**
   * Number of the zone that `name` lies in, or -1. With `above`, a zone whose origin is `name` itself does
   * not count.
   */
  find(name: NamePlace, above: boolean): number {
    return this.index.find(name, above);
  }

  private open(zone: number): ZoneImage | undefined {
    const memory = this.memories[zone];
    if (memory === undefined) return undefined;
    const image = new ZoneImage(memory);
    this.images[zone] = image;
    return image;
  }
}

function partsOf(zones: readonly ServedZone[]): ZoneTableParts {
  const numbers = new Map<AddressMatch, number>();
  for (const { allowQuery } of zones) if (!numbers.has(allowQuery)) numbers.set(allowQuery, numbers.size);
  return {
    index: ZoneIndex.of(
      zones.map(({ name }) => nameOctets(name)),
      zones.map(({ allowQuery }) => numbers.get(allowQuery)!),
    ),
    lists: [...numbers.keys()],
    memories: zones.map(({ image }) => image?.buffer),
    images: zones.map(({ image }) => image),
  };
}
