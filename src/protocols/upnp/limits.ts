/** Bounds of what routers say by UPnP, with where the number comes from. */
export const limits = {
  /** Octets of an answer to a search: they are 300 to 600 in the field. */
  searchAnswerOctetsMax: 4_096,
  /** Characters of a description: routers with many services have 20,000. */
  descriptionMax: 262_144,
  /** Characters of an answer to an action. */
  actionAnswerMax: 16_384,
  /** Services of one description that are looked at. */
  servicesMax: 256,
  /** Characters of a URL or of a type. */
  valueMax: 1_024,
  /** Characters of a device's words that a sentence shows. */
  shownMax: 60,
} as const;
