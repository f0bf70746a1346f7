/** Bounds of the imports of other programs' dynamic DNS. */
export const importLimits = {
  /** Ours: each round takes out what the section does not allow; the next meets what that brings to light. */
  settleRoundsMax: 16,
  /** Ours: a file of records, of addresses or of settings is far smaller. */
  fileOctetsMax: 16 * 1024 * 1024,
  /** As config-fields.ts has it for the names of providers. */
  providerNameMax: 63,
  /** Ours: a config that a person keeps includes two or three deep. */
  includeDepthMax: 20,
  /** Ours: a file for each account. */
  includedFilesMax: 1_000,
  /** Ours: enough to see what kind of mistake it is. */
  brokenLinesShownMax: 100,
} as const;
