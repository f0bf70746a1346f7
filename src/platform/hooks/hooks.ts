/** All whom the operator wants told of events: each with a queue of its own, which outlives a reload. */
import { setTimeout as wait } from "node:timers/promises";
import type { Log } from "#contracts/log.ts";
import type { HookEvent, QueuedEvent } from "./hook-event.ts";
import { type HookCounters, HookQueue, newHookCounters } from "./hook-queue.ts";
import { hookLimits } from "./limits.ts";
import { StartPace } from "./start-pace.ts";

export interface HookSetting {
  /** The kinds that it wants to hear of. */
  readonly events: readonly string[];
}

/** How the events of one hook are delivered. */
export interface HookDelivery<Event extends QueuedEvent> {
  /** For the log: which hook it is, without what may be secret in it. */
  readonly title: string;
  /** What the log calls it; default: `hook`. */
  readonly noun?: string;
  /** Undefined: done. Else why not. Never rejects. */
  readonly deliver: (event: Event) => Promise<string | undefined>;
}

/** What all hooks have together. */
export interface HookSurroundings {
  /** The program ends. */
  readonly end: AbortSignal;
  /** For those that start programs. */
  readonly pace: StartPace;
}

export interface HooksParts<Setting extends HookSetting, Event extends QueuedEvent> {
  readonly open: (setting: Setting, surroundings: HookSurroundings) => HookDelivery<Event>;
  readonly log: Log;
  /** Those of all hooks together; default: new ones. */
  readonly counters?: HookCounters;
}

interface Hook<Setting, Event extends QueuedEvent> {
  /** Its setting, whole. */
  readonly name: string;
  readonly setting: Setting;
  readonly queue: HookQueue<Event>;
}

export class Hooks<Setting extends HookSetting, Event extends QueuedEvent = HookEvent>
  implements AsyncDisposable
{
  readonly counters: HookCounters;
  readonly #parts: HooksParts<Setting, Event>;
  readonly #end = new AbortController();
  readonly #surroundings: HookSurroundings;
  #hooks: readonly Hook<Setting, Event>[] = [];
  readonly #leaving = new Set<Promise<void>>();

  constructor(parts: HooksParts<Setting, Event>) {
    this.#parts = parts;
    this.counters = parts.counters ?? newHookCounters();
    const end = this.#end.signal;
    const rest = async (ms: number): Promise<void> => {
      // At the end nobody rests.
      await wait(ms, undefined, { signal: end }).catch(() => undefined);
    };
    this.#surroundings = {
      end,
      pace: new StartPace({ monotonicMs: () => performance.now(), wait: rest }),
    };
  }

  /** Other hooks from now on; what waits for those that stay goes on waiting. */
  use(settings: readonly Setting[]): void {
    const before = [...this.#hooks];
    this.#hooks = settings.map((setting) => {
      const name = JSON.stringify(setting);
      const at = before.findIndex((one) => one.name === name);
      return at === -1 ? this.#open(name, setting) : before.splice(at, 1)[0]!;
    });
    for (const { queue } of before) {
      const closed = queue.close();
      this.#leaving.add(closed);
      void closed.then(() => this.#leaving.delete(closed));
    }
  }

  /** Whether there is anybody to tell. */
  isWanted(kind: string): boolean {
    return this.#hooks.some(({ setting }) => setting.events.includes(kind));
  }

  /** @param wants whether a hook is told; default: those that want events of its kind */
  tell(event: Event, wants = ({ events }: Setting): boolean => events.includes(event.event)): void {
    for (const { setting, queue } of this.#hooks) if (wants(setting)) queue.add(event);
  }

  /** What waits is forgotten; what is under way has a moment to end. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.use([]);
    const timer = setTimeout(() => this.#end.abort(), hookLimits.drainMsMax);
    await Promise.all(this.#leaving);
    clearTimeout(timer);
  }

  #open(name: string, setting: Setting): Hook<Setting, Event> {
    const { open, log } = this.#parts;
    const { counters } = this;
    const queue = new HookQueue({ ...open(setting, this.#surroundings), log, counters });
    return { name, setting, queue };
  }
}

/** Ends when the program does, or after so long. */
export function timeLimit(end: AbortSignal, timeoutMs: number): AbortSignal {
  return AbortSignal.any([end, AbortSignal.timeout(timeoutMs)]);
}
