/** Bounds of site.yaml. */
export const limits = {
  /** 12,000 zones of three lines are 1.2 MB; this is room for twenty times that. */
  siteFileOctetsMax: 32 * 1024 * 1024,
  /**
   * From here on a process of its own parses: it needs 130 times the text, and a thread would not give that
   * back.
   */
  ownProcessOctetsMin: 128 * 1024,
  /** Uses of aliases (`*name`) that one file may unfold into: a small file must not become a large one. */
  aliasesMax: 100,
  /** Problems reported of one file: nobody reads more, and the first is often the cause of the rest. */
  problemsMax: 100,
  /**
   * Lines in which two texts are compared closely; beyond them they are simply others. The comparison takes
   * the square of it in memory: 1,000 are 20 MB.
   */
  changedLinesMax: 1_000,
} as const;
