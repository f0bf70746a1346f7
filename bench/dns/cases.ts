/** What is measured: a table of cases, in the order in which servers are started least often. */
import type { QuestionsName, StageName } from "./stages.ts";

export interface LoadCase {
  readonly kind: "load";
  readonly id: string;
  readonly title: string;
  readonly stage: StageName;
  readonly questions: QuestionsName;
  readonly workers: 1 | 2;
  readonly transport: "udp" | "tcp";
  readonly dnssecOk: boolean;
  /** Share of Homeport's maximum that is asked of all; 1 is all that each can. */
  readonly share: number;
  /** Share of answers with each response code; others are wrong answers. */
  readonly rcodes: Readonly<Record<string, number>>;
  /** What Homeport is compared by, and with whom besides the best peer. */
  readonly compare: "cpu" | "p99";
  readonly besides?: string;
}

/** A zone is loaded anew while it is asked for. */
export interface ReloadCase {
  readonly kind: "reload";
  readonly id: string;
  readonly title: string;
  readonly stage: StageName;
  readonly workers: 1;
}

/** Homeport beside itself: a zone that stays as it is, and one whose names change all the time. */
export interface ChangesCase {
  readonly kind: "changes";
  readonly id: string;
  readonly title: string;
  readonly changesPerSecond: number;
}

export type DnsCase = LoadCase | ReloadCase | ChangesCase;

const udp = {
  kind: "load",
  stage: "thousands",
  questions: "hosts",
  workers: 1,
  transport: "udp",
  dnssecOk: false,
  share: 1,
  rcodes: { NOERROR: 1 },
  compare: "cpu",
} as const;

export const dnsCases: readonly DnsCase[] = [
  { ...udp, id: "hits", title: "10,000 names, UDP, all asked for are there" },
  {
    ...udp,
    id: "nxdomain",
    title: "10,000 names, UDP, half of those asked for do not exist",
    questions: "half-missing",
    rcodes: { NOERROR: 0.5, NXDOMAIN: 0.5 },
  },
  { ...udp, id: "do-unsigned", title: "10,000 names, UDP, EDNS with DO, unsigned", dnssecOk: true },
  {
    ...udp,
    id: "tcp",
    title: "10,000 names, TCP, 20 connections that stay open",
    transport: "tcp",
    besides: "named",
  },
  {
    ...udp,
    id: "low-load",
    title: "10,000 names, UDP, at a fifth of what Homeport answers at most",
    share: 0.2,
    compare: "p99",
  },
  {
    ...udp,
    id: "wildcard",
    title: "random names below a wildcard, UDP",
    stage: "wildcard",
    questions: "wildcard",
  },
  {
    ...udp,
    id: "delegation",
    title: "names in 10,000 delegated zones, UDP, referrals with glue",
    stage: "delegation",
    questions: "delegation",
  },
  {
    ...udp,
    id: "do-signed",
    title: "10,000 names, UDP, EDNS with DO, signed (ECDSA P-256, NSEC)",
    stage: "signed",
    questions: "signed",
    dnssecOk: true,
  },
  {
    ...udp,
    id: "million",
    title: "1,000,000 names, UDP, asked for at random",
    stage: "million",
    questions: "million",
  },
  {
    kind: "reload",
    id: "reload",
    title: "1,000,000 names, loaded anew while they are asked for, UDP",
    stage: "million",
    workers: 1,
  },
  {
    ...udp,
    id: "two-workers",
    title: "10,000 names, UDP, two workers on two cores, which dnsperf shares",
    workers: 2,
  },
  {
    kind: "changes",
    id: "changes",
    title: "100,000 names, UDP, of which 1,000 change every second",
    changesPerSecond: 1_000,
  },
];
