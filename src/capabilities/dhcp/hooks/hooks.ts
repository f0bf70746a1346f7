/** Tells programs and servers that the operator names of leases and of pools that run dry. */
import { setTimeout as wait } from "node:timers/promises";
import type { LeaseEvents } from "#contracts/lease-events.ts";
import type { Log } from "#contracts/log.ts";
import type { HookConfig } from "../config.ts";
import { secondsOf } from "../config-fields.ts";
import type { PoolView } from "../control.ts";
import { runHookCommand } from "./hook-command.ts";
import { type HookEvent, type HookEventKind, leaseHookEvent, poolHookEvent } from "./hook-event.ts";
import { type HookCounters, HookQueue } from "./hook-queue.ts";
import { hookLimits } from "./limits.ts";
import { StartPace } from "./start-pace.ts";
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
  /** Of all hooks together, from the start on. */
  readonly counters: HookCounters;
  /** Other hooks from now on; what waits for those that stay goes on waiting. Must not fail. */
  use(config: readonly HookConfig[]): void;
}

export function startHooks(parts: HookParts): RunningHooks {
  return new Hooks(parts);
}

/** What all hooks have together. */
interface Shared {
  /** The program ends. */
  readonly end: AbortSignal;
  readonly pace: StartPace;
}

interface Hook {
  /** Its configuration, whole. */
  readonly name: string;
  readonly wants: ReadonlySet<string>;
  readonly queue: HookQueue;
}

class Hooks implements RunningHooks {
  readonly #parts: HookParts;
  readonly #end = new AbortController();
  readonly #pace: StartPace;
  readonly #subscriptions = new DisposableStack();
  #hooks: readonly Hook[] = [];
  /** Of hooks that are gone. */
  #counted: HookCounters = { delivered: 0, failed: 0, dropped: 0 };
  readonly #leaving = new Map<HookQueue, Promise<void>>();

  constructor(parts: HookParts) {
    this.#parts = parts;
    const rest = async (ms: number): Promise<void> => {
      // At the end nobody rests.
      await wait(ms, undefined, { signal: this.#end.signal }).catch(() => undefined);
    };
    this.#pace = new StartPace({ monotonicMs: () => performance.now(), wait: rest });
    const { events, poolLow, nowMs } = parts;
    this.use(parts.config);
    this.#subscriptions.use(events.subscribe((event) => this.#tell(event.kind, () => leaseHookEvent(event))));
    this.#subscriptions.use(poolLow((pool) => this.#tell("pool-low", () => poolHookEvent(pool, nowMs()))));
  }

  get counters(): HookCounters {
    const queues = [...this.#leaving.keys(), ...this.#hooks.map(({ queue }) => queue)];
    return sumOf([this.#counted, ...queues.map(({ counters }) => counters)]);
  }

  use(config: readonly HookConfig[]): void {
    const before = [...this.#hooks];
    this.#hooks = config.map((hook) => {
      const name = JSON.stringify(hook);
      const at = before.findIndex((one) => one.name === name);
      if (at !== -1) return before.splice(at, 1)[0]!;
      return {
        name,
        wants: new Set<string>(hook.events),
        queue: queueOf(hook, this.#parts, { end: this.#end.signal, pace: this.#pace }),
      };
    });
    for (const { queue } of before) this.#leaving.set(queue, this.#retire(queue));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#subscriptions.dispose();
    this.use([]);
    const timer = setTimeout(() => this.#end.abort(), hookLimits.drainMsMax);
    await Promise.all(this.#leaving.values());
    clearTimeout(timer);
  }

  async #retire(queue: HookQueue): Promise<void> {
    await queue.close();
    this.#leaving.delete(queue);
    this.#counted = sumOf([this.#counted, queue.counters]);
  }

  #tell(kind: HookEventKind, eventOf: () => HookEvent): void {
    if (!this.#hooks.some(({ wants }) => wants.has(kind))) return;
    const event = eventOf();
    for (const { wants, queue } of this.#hooks) if (wants.has(kind)) queue.add(event);
  }
}

function queueOf(hook: HookConfig, parts: HookParts, { end, pace }: Shared): HookQueue {
  const timeoutMs = secondsOf(hook.timeout) * 1000;
  const limit = (): AbortSignal => AbortSignal.any([end, AbortSignal.timeout(timeoutMs)]);
  const { log, folder, retryWaitsMs = hookLimits.retryWaitsMs } = parts;
  const { url, command = [] } = hook;
  const deliver =
    url === undefined
      ? (event: HookEvent) => pace.start(() => runHookCommand({ words: command, folder }, event, limit()))
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
