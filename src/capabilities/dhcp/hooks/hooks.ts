/** Tells programs and servers that the operator names of leases and of pools that run dry. */
import type { LeaseEvents } from "#contracts/lease-events.ts";
import type { Log } from "#contracts/log.ts";
import { runHookCommand } from "#platform/hooks/hook-command.ts";
import type { HookEvent } from "#platform/hooks/hook-event.ts";
import type { HookCounters } from "#platform/hooks/hook-queue.ts";
import { type HookDelivery, type HookSurroundings, Hooks, timeLimit } from "#platform/hooks/hooks.ts";
import { hookLimits } from "#platform/hooks/limits.ts";
import { tryPatiently } from "#platform/hooks/patience.ts";
import { postEvent } from "#platform/hooks/webhook.ts";
import { type OpenHttpClient, openHttpClient } from "#platform/http-client/open-http-client.ts";
import { secondsOf } from "#platform/site/config-fields.ts";
import type { HookConfig } from "../config.ts";
import type { PoolView } from "../control.ts";
import { leaseFacts, leaseHookEvent, poolHookEvent } from "./hook-event.ts";

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
  const { config, events, poolLow, log, nowMs } = parts;
  const http = openHttpClient();
  const hooks = new Hooks<HookConfig>({
    open: (hook, surroundings) => deliveryOf(hook, { ...parts, ...surroundings, http }),
    log,
  });
  hooks.use(config);
  const stack = new AsyncDisposableStack();
  stack.use(http);
  stack.use(hooks);
  const tell = (kind: string, eventOf: () => HookEvent): void => {
    if (hooks.isWanted(kind)) hooks.tell(eventOf());
  };
  stack.use(events.subscribe((event) => tell(event.kind, () => leaseHookEvent(event))));
  stack.use(poolLow((pool) => tell("pool-low", () => poolHookEvent(pool, nowMs()))));
  return {
    counters: hooks.counters,
    use: (next) => hooks.use(next),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

type DeliveryParts = HookParts & HookSurroundings & { readonly http: OpenHttpClient };

function deliveryOf(
  { url, command = [], timeout }: HookConfig,
  parts: DeliveryParts,
): HookDelivery<HookEvent> {
  const { folder, end, pace, http, retryWaitsMs = hookLimits.retryWaitsMs } = parts;
  const timeoutMs = secondsOf(timeout) * 1000;
  if (url === undefined) {
    const program = { words: command, folder, expected: leaseFacts };
    return {
      title: command[0]!,
      deliver: (event) => pace.start(() => runHookCommand(program, event, timeLimit(end, timeoutMs))),
    };
  }
  return {
    title: new URL(url).origin, // the path and the rest often are the key to it
    deliver: (event) =>
      tryPatiently({ waitsMs: retryWaitsMs, end }, () => postEvent({ url, http, timeoutMs }, event, end)),
  };
}
