/** Bounds of STUN, with where the number comes from. */
export const limits = {
  /** RFC 8489 §6.1: no message over UDP is larger than the MTU; 1,500 is Ethernet's. */
  messageOctetsMax: 1_500,
  /** Attributes of one message: a binding answer has six. */
  attributesMax: 32,
  /** Characters of a server's reason that a sentence shows. */
  reasonMax: 60,
} as const;
