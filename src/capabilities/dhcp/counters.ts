/** What the server counts from its start on: plain numbers, which the parts raise and `metrics.ts` reads. */

export interface DhcpCounters {
  /** Messages of clients and relays, by type. */
  readonly received: {
    DISCOVER: number;
    REQUEST: number;
    DECLINE: number;
    RELEASE: number;
    INFORM: number;
    /** Types that are no server's to take, and BOOTP requests without a type. */
    other: number;
  };
  /** Messages that left, by type. */
  readonly sent: { OFFER: number; ACK: number; NAK: number };
  /** Messages that got no answer and changed nothing, by why. */
  readonly ignored: {
    /** It cannot be read. */
    malformed: number;
    /** It is a server's, or of a kind that is not for servers. */
    notForServers: number;
    /** It came from a network, or through a relay, that the site file does not have. */
    unknownNetwork: number;
    /** A class of the site file says so. */
    ignoredClass: number;
    /** The client took another server's offer, or asks for what only another knows. */
    otherServer: number;
    /** No address is free for this client. */
    poolEmpty: number;
    /** Its port brings too many clients that are new. */
    newClientsLimited: number;
    /** Too many offers wait for a probe. */
    probesWaiting: number;
    /** Too many answers wait for the disk. */
    commitsWaiting: number;
    /** The disk did not take the lease: no ACK. */
    commitFailed: number;
    /** An answer about the same address is on its way to the disk. */
    underWay: number;
    /** RELEASE or DECLINE by somebody who has not that lease. */
    notTheirLease: number;
    /** Another server is there, and `besideOthers` is off. */
    besideOthers: number;
    /** Hop count beyond RFC 1542 §4.1.1, or hardware that the tables have no room for. */
    outOfBounds: number;
  };
  /** Leases that began, were prolonged, and ended. */
  readonly leases: { granted: number; renewed: number; released: number; expired: number; declined: number };
  /** Names that a machine wanted, by what came of it. */
  readonly names: { published: number; withdrawn: number; refused: number };
  /** Questions whether somebody uses an address, by answer. */
  readonly probes: { free: number; used: number; failed: number };
  /** Transactions of leases, and those that the disk refused. */
  readonly commits: { done: number; failed: number };
  /** Options that had no room in an answer. */
  optionsLeftOut: number;
  /** Answers that the socket did not take. */
  sendErrors: number;
}

export function newDhcpCounters(): DhcpCounters {
  return {
    received: { DISCOVER: 0, REQUEST: 0, DECLINE: 0, RELEASE: 0, INFORM: 0, other: 0 },
    sent: { OFFER: 0, ACK: 0, NAK: 0 },
    ignored: {
      malformed: 0,
      notForServers: 0,
      unknownNetwork: 0,
      ignoredClass: 0,
      otherServer: 0,
      poolEmpty: 0,
      newClientsLimited: 0,
      probesWaiting: 0,
      commitsWaiting: 0,
      commitFailed: 0,
      underWay: 0,
      notTheirLease: 0,
      besideOthers: 0,
      outOfBounds: 0,
    },
    leases: { granted: 0, renewed: 0, released: 0, expired: 0, declined: 0 },
    names: { published: 0, withdrawn: 0, refused: 0 },
    probes: { free: 0, used: 0, failed: 0 },
    commits: { done: 0, failed: 0 },
    optionsLeftOut: 0,
    sendErrors: 0,
  };
}
