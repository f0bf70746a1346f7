/** Bounds of texts that hold an address, with where the number comes from. */
export const limits = {
  /** Characters that are looked at: the longest of known services, Cloudflare's trace, has 400. */
  textMax: 8_192,
  /** Characters of a text that a sentence shows. */
  shownMax: 60,
} as const;
