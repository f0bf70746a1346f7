/** Bounds of a datagram listener. */
export const limits = {
  /**
   * Largest answer unless the opener says otherwise: what DNS servers offered at most before fragments were
   * avoided. RFC 6891 §6.2.5.
   */
  replyOctetsMax: 4_096,
  /** Largest UDP payload over IPv4 without options: 65,535 less 20 and 8. RFC 768. */
  payloadOctetsMax: 65_507,
  /** A longer request is cut off by the kernel and counted as malformed. */
  requestOctetsMax: 4_096,
  /**
   * Messages that one call receives or sends. Measured with an echo over loopback: single ones cost 45 % more
   * CPU, 8 at once 5 % more; from 16 to 128 there is no difference.
   */
  batchMessages: 64,
  /** Batches from one socket before the others of its thread get their turn. */
  batchesPerTurnMax: 4,
  /** Sockets that one thread serves: addresses of the machine times ports. */
  socketsPerThreadMax: 1_024,
  /** How long a batch waits for room in a full send buffer before the rest of it is dropped. */
  sendWaitMs: 10,
  /** Batches that an event loop answers before its other work gets a turn. */
  batchesPerEventMax: 16,
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
  /**
   * After a batch of so many messages that was not full, a thread rests for a moment; see `pace.ts`. Measured
   * at 90,000 queries a second: a rest of 100 µs saves 7 % of the CPU for each answer, one of 500 µs 15 %.
   */
  restFromMessages: 8,
  restMicrosecondsMax: 500,
  /** Batches for which it is tried out with and without rests, and for which the better one then holds. */
  restTrialBatches: 64,
  restChosenBatches: 2_048,
  /** With rests at least this share of the messages must come that come without. */
  restRateMin: 0.95,
  /** Addresses that a prober asks for at once: what one interface meets in a second of the worst rush. */
  probesMax: 1_024,
  /** How often a prober looks at its deadlines: a fraction of the shortest wait that makes sense. */
  probeTickMs: 20,
  /** Asked of the kernel for what answers probes and searches: a burst of a few hundred small packets. */
  probeBufferOctets: 256 * 1024,
  /** Answers that a search keeps: more servers than that on one link are no finding but a flood. */
  searchAnswersMax: 64,
  /** How often the interfaces are looked at: what a person who plugs in a cable does not notice. */
  interfacePollMs: 1_000,
} as const;
