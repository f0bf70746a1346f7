/** How many 4-way exchanges a second a server completes, by the load of perfdhcp. */
import type { MeasuredServer } from "./measured-server.ts";
import type { PerfdhcpOrder, PerfdhcpReport } from "./perfdhcp.ts";
import type { Verdict } from "./rate-search.ts";

/** Of exchanges that were begun and not completed: what ISC allows when it measures Kea. */
export const dropsMax = 0.025;
/** No neighbour on the machine makes so many of a few. */
const hopelessDrops = 0.7;
/** perfdhcp itself was held up when it began fewer exchanges than this share of what it was asked for. */
const offeredShareMin = 0.95;

export interface ExchangeRate {
  readonly perSecond: number;
  /** 0 to 1: of the exchanges that were begun. */
  readonly drops: number;
  /** Of the exchanges that were begun: answered, and perfdhcp had no room for the answer. */
  readonly missed: number;
  /** Of the exchanges that were wanted. */
  readonly offeredShare: number;
  /** On a processor, for each completed exchange; all threads and processes of the server. */
  readonly microseconds: number;
  /** Processors that the server kept busy. */
  readonly cores: number;
  /** ACKs with an address that another client had been told. */
  readonly notUnique: number;
  readonly meanMs: number;
}

export async function measureExchanges(server: MeasuredServer, order: PerfdhcpOrder): Promise<ExchangeRate> {
  const missedBefore = server.answersMissed();
  const before = server.group.cpuNanoseconds();
  const report = await server.perfdhcp(order);
  const cpuSeconds = Number(server.group.cpuNanoseconds() - before) / 1e9;
  return exchangeRate(order, report, { cpuSeconds, missed: server.answersMissed() - missedBefore });
}

export function exchangeRate(
  { perSecond, seconds }: PerfdhcpOrder,
  { offer, acknowledgement }: PerfdhcpReport,
  { cpuSeconds, missed }: { readonly cpuSeconds: number; readonly missed: number },
): ExchangeRate {
  const completed = acknowledgement.received;
  return {
    perSecond: completed / seconds,
    drops: 1 - completed / offer.sent,
    missed: missed / offer.sent,
    offeredShare: offer.sent / (perSecond * seconds),
    microseconds: (cpuSeconds / completed) * 1e6,
    cores: cpuSeconds / seconds,
    notUnique: acknowledgement.notUnique,
    meanMs: offer.meanMs + acknowledgement.meanMs,
  };
}

export function judgeRate({ drops, offeredShare }: ExchangeRate): Verdict {
  if (drops < dropsMax && offeredShare > offeredShareMin) return "well";
  return drops > hopelessDrops ? "hopeless" : "perhaps";
}

/** So long, in whole seconds as perfdhcp has them, that each client asks once at most. */
export function secondsFor(perSecond: number, clients: number, secondsMax: number): number {
  return Math.max(1, Math.min(secondsMax, Math.floor(clients / perSecond)));
}
