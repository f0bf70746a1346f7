/** Bounds of what is imported from other servers. */
export const importLimits = {
  /** File systems allow 255 octets; a suffix and a hash take some. */
  fileNameOctetsMax: 200,
} as const;
