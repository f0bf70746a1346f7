/** Bounds of the control channel. */
export const limits = {
  /** rndc's own port, of BIND and of its manual page. */
  port: 953,
  /** Connections at once to one channel; rndc makes one for each command. */
  connectionsMax: 64,
  /** Of these from one address: some monitors and an impatient person. */
  connectionsPerAddressMax: 16,
  /** A connection on which nothing happens. named 9.18 closes it after 30 s. Measured. */
  idleMs: 30_000,
  /** How far a client's clock may be off. named 9.18 takes 300 s and refuses 301 s. Measured. */
  clockSkewSecondsMax: 300,
  /** What an answer says of how long it is good; rndc and named say 60 s. Measured. */
  answerSecondsMax: 60,
  /**
   * Messages remembered, so that a copy is known: 600 s of 14 a second at least, 2 MB. Beyond, the oldest are
   * forgotten; a copied command would still lack the nonce of its new connection.
   */
  seenMessagesMax: 16_384,
  /** Refused messages that the log tells of in a minute. */
  refusalLinesPerMinute: 10,
  /** Characters of a command that the log shows. */
  loggedCommandMax: 200,
} as const;
