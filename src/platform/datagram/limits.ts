/** Bounds of a datagram listener. */
export const limits = {
  /**
   * Largest answer unless the opener says otherwise: what DNS servers offered at most before fragments were
   * avoided. RFC 6891 §6.2.5.
   */
  replyOctetsMax: 4_096,
  /** Answers that wait for the kernel; node:dgram sends at once unless the socket's buffer is full. */
  sendsWaitingMax: 1_024,
  /**
   * Asked of the kernel: bursts of 64-octet queries of a second at 50,000/s. It gives at most
   * net.core.rmem_max.
   */
  receiveBufferOctets: 4 * 1024 * 1024,
  sendBufferOctets: 1024 * 1024,
  /** Turns of the event loop in which a closing listener answers what had already arrived. */
  drainTurnsMax: 64,
  /** A closing listener waits this long for the kernel to take the answers. */
  drainMsMax: 250,
} as const;
