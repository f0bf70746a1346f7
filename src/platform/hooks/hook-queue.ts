/** The events that wait for one hook: bounded, some at once, those of one subject one after the other. */
import type { Log } from "#contracts/log.ts";
import type { QueuedEvent } from "./hook-event.ts";
import { hookLimits } from "./limits.ts";

export interface HookCounters {
  delivered: number;
  failed: number;
  /** Never tried, because too many waited. */
  dropped: number;
}

export function newHookCounters(): HookCounters {
  return { delivered: 0, failed: 0, dropped: 0 };
}

export interface HookQueueParts<Event extends QueuedEvent> {
  /** For the log: which hook it is, without what may be secret in it. */
  readonly title: string;
  /** What the log calls it; default: `hook`. */
  readonly noun?: string;
  /** Undefined: done. Else why not. Never rejects. */
  readonly deliver: (event: Event) => Promise<string | undefined>;
  readonly log: Log;
  /** Several queues may raise the same. */
  readonly counters: HookCounters;
}

export class HookQueue<Event extends QueuedEvent> {
  readonly #parts: HookQueueParts<Event>;
  readonly #waiting: Event[] = [];
  readonly #running = new Map<string, Promise<void>>();
  #failuresInARow = 0;
  #isStartDue = false;
  #isClosed = false;

  constructor(parts: HookQueueParts<Event>) {
    this.#parts = parts;
  }

  /** Returns at once: whoever tells of an event has better to do. */
  add(event: Event): void {
    if (this.#isClosed) return;
    if (this.#waiting.length >= hookLimits.queueMax) {
      this.#waiting.shift(); // what is true now matters more than what was
      this.#drop();
    }
    this.#waiting.push(event);
    this.#startSoon();
  }

  /** Takes no more, forgets what waits, and resolves when what runs has ended. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#waiting.length = 0;
    await Promise.all(this.#running.values());
  }

  /** After what is under way in this turn, such as the answer to the client. */
  #startSoon(): void {
    if (this.#isStartDue) return;
    this.#isStartDue = true;
    setImmediate(() => {
      this.#isStartDue = false;
      this.#start();
    });
  }

  #start(): void {
    while (this.#running.size < hookLimits.runningMax) {
      const at = this.#waiting.findIndex(({ subject }) => !this.#running.has(subject));
      const [event] = at === -1 ? [] : this.#waiting.splice(at, 1);
      if (event === undefined) return;
      this.#running.set(event.subject, this.#run(event));
    }
  }

  async #run(event: Event): Promise<void> {
    const why = await this.#parts.deliver(event);
    this.#running.delete(event.subject);
    this.#count(event, why);
    if (this.#waiting.length > 0) this.#startSoon();
  }

  #count({ event, subject }: QueuedEvent, why: string | undefined): void {
    const { title, noun = "hook", log, counters } = this.#parts;
    if (why === undefined) {
      counters.delivered++;
      if (this.#failuresInARow > 0)
        log.info({ [noun]: title, failures: this.#failuresInARow }, `the ${noun} ${title} works again`);
      this.#failuresInARow = 0;
      return;
    }
    counters.failed++;
    if (!isWorthALine(++this.#failuresInARow)) return;
    const facts = { [noun]: title, event, subject, failures: this.#failuresInARow };
    log.warn(facts, `the ${noun} ${title} failed: ${why}`);
  }

  #drop(): void {
    const dropped = ++this.#parts.counters.dropped;
    if (!isWorthALine(dropped)) return;
    const { title, noun = "hook", log } = this.#parts;
    log.warn(
      { [noun]: title, dropped },
      `the ${noun} ${title} is too slow: ${hookLimits.queueMax} events wait`,
    );
  }
}

/** The first, second, fourth, eighth, … */
function isWorthALine(count: number): boolean {
  return (count & (count - 1)) === 0;
}
