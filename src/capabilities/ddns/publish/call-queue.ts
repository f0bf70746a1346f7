/** Calls of providers that wait for their turn: so many at once, so many of one account. */
import { limits } from "../limits.ts";
import type { Account } from "./accounts.ts";
import type { PlannedRecord } from "./record-plan.ts";
import type { RecordCase } from "./schedule.ts";

export interface DueRecord {
  readonly one: RecordCase;
  readonly wanted: string;
}

export interface QueuedCall {
  readonly account: Account;
  readonly batch: readonly DueRecord[];
  /** A person has asked for it. */
  readonly isForced: boolean;
}

export class CallQueue {
  readonly #make: (call: QueuedCall) => Promise<void>;
  readonly #onEnd: () => void;
  /** Ids of records that wait or are being sent. */
  readonly #sending = new Set<string>();
  /** How many of a name at an account are: a second call would not know what the first one tells. */
  readonly #sendingOf = new Map<string, number>();
  readonly #callsOf = new Map<string, number>();
  readonly #underWay = new Set<Promise<void>>();
  #waiting: QueuedCall[] = [];

  /** @param onEnd a call has ended */
  constructor(make: (call: QueuedCall) => Promise<void>, onEnd: () => void) {
    this.#make = make;
    this.#onEnd = onEnd;
  }

  get isIdle(): boolean {
    return this.#underWay.size === 0;
  }

  isSending(id: string): boolean {
    return this.#sending.has(id);
  }

  /** One of its name at its account waits or is being sent. */
  isNameSending(record: PlannedRecord): boolean {
    return this.#sendingOf.has(placeOf(record));
  }

  add(calls: readonly QueuedCall[]): void {
    for (const { one } of calls.flatMap(({ batch }) => batch)) {
      this.#sending.add(one.record.id);
      const place = placeOf(one.record);
      this.#sendingOf.set(place, (this.#sendingOf.get(place) ?? 0) + 1);
    }
    this.#waiting.push(...calls);
    this.#start();
  }

  /** Forgets the calls that have not begun. */
  clear(): void {
    for (const call of this.#waiting) this.#forget(call);
    this.#waiting = [];
  }

  /** Resolves when one of the calls under way has ended. */
  async next(): Promise<void> {
    await Promise.race(this.#underWay);
  }

  #start(): void {
    while (this.#underWay.size < limits.callsMax) {
      const at = this.#waiting.findIndex(
        ({ account }) => (this.#callsOf.get(account.name) ?? 0) < limits.callsPerAccountMax,
      );
      const [next] = at === -1 ? [] : this.#waiting.splice(at, 1);
      if (next === undefined) return;
      const work = this.#run(next).finally(() => {
        this.#underWay.delete(work);
        this.#start();
        this.#onEnd();
      });
      this.#underWay.add(work);
    }
  }

  async #run(call: QueuedCall): Promise<void> {
    const { name } = call.account;
    this.#callsOf.set(name, (this.#callsOf.get(name) ?? 0) + 1);
    try {
      await this.#make(call);
    } finally {
      this.#forget(call);
      lessOf(this.#callsOf, name);
    }
  }

  #forget({ batch }: QueuedCall): void {
    for (const { one } of batch) {
      this.#sending.delete(one.record.id);
      lessOf(this.#sendingOf, placeOf(one.record));
    }
  }
}

/** Of a name at an account. */
export function placeOf({ provider, name }: PlannedRecord): string {
  return `${provider} ${name}`;
}

function lessOf(counts: Map<string, number>, key: string): void {
  const left = counts.get(key)! - 1;
  if (left === 0) counts.delete(key);
  else counts.set(key, left);
}
