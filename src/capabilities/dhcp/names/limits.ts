/** Every bound of names of leases, with where the number comes from. */
export const nameLimits = {
  /** Names of hosts of the site file that are looked at together: they share a commit. */
  reservedNamesAtOnce: 64,
} as const;
