/** Bounds of the questions after the public address, with where the number comes from. */
export const methodLimits = {
  /** Of an echo service's answer: the longest of known ones, Cloudflare's trace, has 400 octets. */
  echoOctetsMax: 4_096,
  /** Name servers and STUN servers are made for many questions; this is for sites that ask each 30 s. */
  questionPauseMs: 60_000,
  /** Of a router's description and of its answer to an action. */
  descriptionOctetsMax: 262_144,
  actionOctetsMax: 16_384,
  /** Services of one router that are asked in turn. */
  connectionsMax: 4,
  /** How long routers may take to answer a search. UPnP Device Architecture 1.1 §1.3.2: 1 to 5. */
  searchSeconds: 2,
  /** And how long it is listened for them. */
  searchMs: 3_000,
  /** Answers to one search that are read. */
  searchAnswersMax: 64,
  /** Before a datagram is sent (again). RFC 8489 §6.2.1: 500 ms and then twice that; RFC 6886 §3.1: 250. */
  resendWaitsMs: [0, 500, 1_000, 2_000],
  /** Datagrams of one question that are looked at and are no answer. */
  straysMax: 100,
  /** A mapping is ended at once; if that is lost, the router does. RFC 6887 §15: 120 s is the least. */
  mappingSeconds: 120,
  /** What a program may print. */
  outputOctetsMax: 4_096,
  /** Characters of what a failing program says that a sentence shows. */
  saidMax: 120,
  /** After its end, what it said may still be on its way. */
  lastWordsMsMax: 100,
} as const;
