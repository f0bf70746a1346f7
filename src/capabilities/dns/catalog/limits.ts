/** Bounds of catalog zones, with where each number comes from. */
export const catalogLimits = {
  /** Members of one catalog. Four times the 12,673 zones of the largest home of zones known to us. */
  membersMax: 50_000,
  /** Primaries of one member: the root zone has 13 servers. */
  primariesMax: 16,
  /** Items of an address list; as many as fit into one RDATA of usual size. */
  addressItemsMax: 1_000,
  /** Values of the group property of one member. RFC 9432 §4.3.2 leaves it to us. */
  groupsMax: 16,
  /** Lines of the log about members that are left out, for each update of a catalog. */
  linesMax: 10,
  /** A catalog that loses more than half of so many members at once is worth a warning. */
  suddenMembersMin: 10,
} as const;
