/** Bounds of looking at the machine's addresses. */
export const limits = {
  /** How late a new address is noticed at most. `named` scans once an hour, and on netlink events. */
  addressPollMs: 3_000,
} as const;
