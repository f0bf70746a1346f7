/** For tests: a table of what becomes of a REQUEST, by RFC 2131 §4.3.2. */

/** The four states of a client: table 4 of RFC 2131 §4.3.2. */
export const states = ["SELECTING", "INIT-REBOOT", "RENEWING", "REBINDING"] as const;
export type ClientState = (typeof states)[number];

export type Outcome = "grant" | "NAK" | "silence";

/**
 * What is known of the address that the client wants, with what each state gets of an authoritative server.
 */
export interface RequestCase {
  readonly what: string;
  readonly knows:
    | "lease"
    | "ended lease"
    | "offer"
    | "nothing"
    | "another lease of it"
    | "lease of another"
    | "offer of another"
    | "quarantine";
  readonly address?: string;
  /** MAC of the client, where the site file has it. */
  readonly mac?: string;
  readonly authoritative: Outcome;
  /** Of one that is not, in the states other than SELECTING; in that state both are alike. */
  readonly polite: Outcome;
}

const pool = "192.0.2.105";
export const reserved = "192.0.2.17";
export const elsewhere = "10.9.9.9";
export const excluded = "192.0.2.109";

export const requestCases: readonly RequestCase[] = [
  { what: "its lease", knows: "lease", authoritative: "grant", polite: "grant" },
  { what: "its lease that ended", knows: "ended lease", authoritative: "grant", polite: "grant" },
  { what: "what it was offered", knows: "offer", authoritative: "grant", polite: "grant" },
  { what: "what nobody has", knows: "nothing", authoritative: "grant", polite: "silence" },
  {
    what: "what nobody has while it has another",
    knows: "another lease of it",
    authoritative: "grant",
    polite: "silence",
  },
  { what: "what another has", knows: "lease of another", authoritative: "NAK", polite: "silence" },
  { what: "what another is offered", knows: "offer of another", authoritative: "NAK", polite: "silence" },
  { what: "what it has declined itself", knows: "quarantine", authoritative: "NAK", polite: "NAK" },
  {
    what: "an address of another network",
    knows: "nothing",
    address: elsewhere,
    authoritative: "NAK",
    polite: "silence",
  },
  {
    what: "another's reservation",
    knows: "nothing",
    address: reserved,
    authoritative: "NAK",
    polite: "silence",
  },
  {
    what: "a lease of it that is another's reservation now",
    knows: "lease",
    address: reserved,
    authoritative: "NAK",
    polite: "NAK",
  },
  {
    what: "its reservation",
    knows: "nothing",
    address: reserved,
    mac: "91",
    authoritative: "grant",
    polite: "silence",
  },
  {
    what: "its lease of before it had a reservation",
    knows: "lease",
    mac: "91",
    authoritative: "NAK",
    polite: "NAK",
  },
  {
    what: "a lease of it that is excluded now",
    knows: "lease",
    address: excluded,
    authoritative: "NAK",
    polite: "NAK",
  },
].map((one) => ({ address: pool, mac: "01", ...one }) as RequestCase);
