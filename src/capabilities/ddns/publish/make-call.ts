/** One call of a provider, which ends in time and with a result for each record whatever that one does. */
import type { Log } from "#contracts/log.ts";
import { abortAfter } from "#platform/clock/abort-after.ts";
import type { Clock } from "#platform/clock/clock.ts";
import { limits } from "../limits.ts";
import type { ProviderCall, PublishResult } from "../providers/provider.ts";
import type { Account } from "./accounts.ts";
import type { DueRecord } from "./call-queue.ts";

export interface CallPorts {
  readonly clock: Clock;
  readonly log: Log;
  /** The program ends. */
  readonly end: AbortSignal;
}

/** Never rejects. Undefined: the program ends, and nobody knows. */
export async function makeCall(
  account: Account,
  batch: readonly DueRecord[],
  { clock, log, end }: CallPorts,
): Promise<readonly PublishResult[] | undefined> {
  using deadline = abortAfter(clock, limits.callMsMax, end);
  using patience = abortAfter(clock, limits.callMsMax + limits.callGraceMs, end);
  const call: ProviderCall = {
    http: (request) => account.http({ ...request, signal: deadline.signal }),
    nowMs: () => clock.nowMs(),
    signal: deadline.signal,
  };
  const wanted = batch.map(({ one: { record }, wanted: address }) => {
    const { name, type, ttl, proxied, zone } = record;
    return { name, type, address, ttl, proxied, zone };
  });
  try {
    const results = await Promise.race([account.provider.publish(wanted, call), endOf(patience.signal)]);
    return end.aborted ? undefined : results;
  } catch (error) {
    if (end.aborted) return undefined;
    const isLate = deadline.signal.aborted;
    if (!isLate)
      log.error({ provider: account.name, error: String(error) }, "a provider has a fault of ours");
    const sentence = isLate
      ? `${account.definition.title} did not answer within ${limits.callMsMax / 1000} s`
      : "a fault of the program itself; its log has the details";
    return batch.map(() => ({ outcome: "unconfirmed", sentence }));
  }
}

/** Rejects when the signal ends. */
function endOf(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(new Error("it is not waited for any longer")));
  });
}
