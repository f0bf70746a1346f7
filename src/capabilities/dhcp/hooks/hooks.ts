/** Tells programs and servers that the operator names of leases and of pools that run dry. */
import { setTimeout as wait } from "node:timers/promises";
import type { LeaseEvents } from "#contracts/lease-events.ts";
import type { Log } from "#contracts/log.ts";
import type { HookConfig } from "../config.ts";
import { secondsOf } from "../config-fields.ts";
import type { PoolView } from "../control.ts";
import { runHookCommand } from "./hook-command.ts";
import { type HookEvent, leaseHookEvent, poolHookEvent } from "./hook-event.ts";
import { type HookCounters, HookQueue } from "./hook-queue.ts";
import { hookLimits } from "./limits.ts";
import { postEvent } from "./webhook.ts";

export interface HookParts {
  readonly config: readonly HookConfig[];
  readonly events: Pick<LeaseEvents, "subscribe">;
  /** Calls when a pool is nearly empty. */
  readonly poolLow: (listener: (pool: PoolView) => void) => Disposable;
  readonly log: Log;
  readonly nowMs: () => number;
  /** Where commands run: the folder of the site file. */
  readonly folder: string;
  /** Between the tries of a request; default: `hookLimits.retryWaitsMs`. */
  readonly retryWaitsMs?: readonly number[];
}

export interface RunningHooks extends AsyncDisposable {
  /** Of all hooks together, from the start of this on. */
  readonly counters: HookCounters;
}

export function startHooks(parts: HookParts): RunningHooks {
  const { config, events, poolLow, nowMs } = parts;
  const end = new AbortController();
  const hooks = config.map((hook) => ({
    wants: new Set<string>(hook.events),
    queue: queueOf(hook, parts, end.signal),
  }));
  const tell = (event: HookEvent): void => {
    for (const { wants, queue } of hooks) if (wants.has(event.event)) queue.add(event);
  };
  const isTold = hooks.length > 0;
  const subscriptions = new DisposableStack();
  if (isTold) subscriptions.use(events.subscribe((event) => tell(leaseHookEvent(event))));
  if (isTold) subscriptions.use(poolLow((pool) => tell(poolHookEvent(pool, nowMs()))));
  return {
    get counters() {
      return sumOf(hooks.map(({ queue }) => queue.counters));
    },
    async [Symbol.asyncDispose]() {
      subscriptions.dispose();
      const timer = setTimeout(() => end.abort(), hookLimits.drainMsMax);
      await Promise.all(hooks.map(({ queue }) => queue.close()));
      clearTimeout(timer);
    },
  };
}

function queueOf(hook: HookConfig, parts: HookParts, end: AbortSignal): HookQueue {
  const timeoutMs = secondsOf(hook.timeout) * 1000;
  const limit = (): AbortSignal => AbortSignal.any([end, AbortSignal.timeout(timeoutMs)]);
  const { log, folder, retryWaitsMs = hookLimits.retryWaitsMs } = parts;
  const { url, command = [] } = hook;
  const deliver =
    url === undefined
      ? (event: HookEvent) => runHookCommand({ words: command, folder }, event, limit())
      : (event: HookEvent) => postPatiently({ url, limit, end, retryWaitsMs }, event);
  return new HookQueue({ title: titleOf(hook), deliver, log });
}

/** The path and the rest of a url often are the key to it. */
function titleOf({ url, command = [] }: HookConfig): string {
  return url === undefined ? command[0]! : new URL(url).origin;
}

interface Post {
  readonly url: string;
  /** Of one try. */
  readonly limit: () => AbortSignal;
  readonly end: AbortSignal;
  readonly retryWaitsMs: readonly number[];
}

async function postPatiently(
  { url, limit, end, retryWaitsMs }: Post,
  event: HookEvent,
): Promise<string | undefined> {
  for (let tries = 1; ; tries++) {
    const failure = await postEvent(url, event, limit());
    if (failure === undefined) return undefined;
    if (failure.isFinal || tries >= hookLimits.triesMax || end.aborted) return failure.why;
    try {
      await wait(retryWaitsMs[tries - 1] ?? 0, undefined, { signal: end });
    } catch {
      return failure.why; // the program ends
    }
  }
}

function sumOf(all: readonly HookCounters[]): HookCounters {
  const sum: HookCounters = { delivered: 0, failed: 0, dropped: 0 };
  for (const { delivered, failed, dropped } of all) {
    sum.delivered += delivered;
    sum.failed += failed;
    sum.dropped += dropped;
  }
  return sum;
}
