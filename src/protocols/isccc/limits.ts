/** Bounds of control messages. */
export const limits = {
  /** A message to the server. named 9.18 takes so many octets and closes the connection for one more. */
  requestOctetsMax: 32_768,
  /** A message to rndc, which takes more: 8,000 keys in `tsig-list`, 10,000 zones by name. */
  responseOctetsMax: 1_048_576,
  /** Tables and lists inside one another; rndc's messages have two. */
  nestingMax: 4,
  /** Entries of all tables and lists of a message; rndc's have 9. */
  entriesMax: 64,
  /** Octets of a key: its length has one octet. */
  keyOctetsMax: 255,
  /** Digits of a number; all of them have 32 bits. */
  numberDigitsMax: 10,
} as const;
