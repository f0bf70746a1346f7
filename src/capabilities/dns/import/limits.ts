/** Bounds of an import. */
export const importLimits = {
  /** Ours: a glob over a folder of per-zone configs of a hosting machine. */
  includedFilesMax: 100_000,
  /** Ours: named stops at its open files. */
  includeDepthMax: 20,
  /** Ours: the largest zones that named loads from text (.com is some 20 GB and comes by transfer). */
  zoneFileOctetsMax: 2 * 1024 * 1024 * 1024 - 1,
  /** As zonefile/limits.ts bounds them. */
  zoneIncludesMax: 10_000,
  /** Ours: enough to see what kind of mistake it is. */
  zoneErrorsShownMax: 3,
} as const;
