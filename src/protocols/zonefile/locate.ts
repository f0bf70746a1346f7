/**
 * Where records stand in their file. A zone in memory does not keep that; few ask, and only when something
 * is wrong.
 */
import { lowerName, type Name, nameFromOctets } from "../dns/name.ts";
import type { ZonePlace } from "./problem.ts";
import { parseZone, type ZoneFileOptions, type ZoneSource } from "./zone-file.ts";

export interface WantedRecord {
  readonly owner: Name;
  readonly type: number;
  /** Without it any record of the name and type will do. */
  readonly rdata?: Uint8Array;
}

/**
 * The place of the first record that fits each of `wanted`, and undefined for those that none fits. Reads
 * the file anew.
 */
export function locateRecords(
  source: ZoneSource,
  { origin, include }: Pick<ZoneFileOptions, "origin" | "include">,
  wanted: readonly WantedRecord[],
): (ZonePlace | undefined)[] {
  const places: (ZonePlace | undefined)[] = wanted.map(() => undefined);
  const types = new Set(wanted.map(({ type }) => type));
  const byOwner = new Map<Name, number[]>();
  wanted.forEach(({ owner }, index) => {
    const lower = lowerName(owner);
    const same = byOwner.get(lower);
    if (same === undefined) byOwner.set(lower, [index]);
    else same.push(index);
  });
  let { file } = source;
  parseZone(source, {
    origin,
    include,
    onProblem: () => {},
    sink: {
      enterFile(entered) {
        file = entered;
      },
      record(owner, _ownerLength, type, _ttl, rdata, rdataLength, line) {
        if (!types.has(type)) return;
        for (const index of byOwner.get(lowerName(nameFromOctets(owner))) ?? []) {
          const want = wanted[index]!;
          if (places[index] !== undefined || want.type !== type) continue;
          if (want.rdata === undefined || isSame(want.rdata, rdata, rdataLength))
            places[index] = { file, line };
        }
      },
    },
  });
  return places;
}

function isSame(one: Uint8Array, other: Uint8Array, length: number): boolean {
  return one.length === length && one.every((octet, i) => octet === other[i]);
}
