/**
 * Keeps the records of the site file as they are to be: what differs is sent, what failed is tried again when
 * that may help, and what was refused waits for a person.
 */
import type { Log } from "#contracts/log.ts";
import { StoreError } from "#contracts/store.ts";
import { abortAfter } from "#platform/clock/abort-after.ts";
import type { Clock } from "#platform/clock/clock.ts";
import { limits } from "../limits.ts";
import type { ProviderCall, PublishResult } from "../providers/provider.ts";
import type { Account } from "./accounts.ts";
import { batchesOf } from "./batches.ts";
import { ownZones } from "./own-zones-name.ts";
import type { RecordBook } from "./record-book.ts";
import type { PlannedRecord } from "./record-plan.ts";
import type { RecordValue } from "./record-value.ts";
import { afterResult, type NextStep, nextStep, type RecordCase, released } from "./schedule.ts";

export interface PublishPlan {
  readonly records: readonly PlannedRecord[];
  readonly accounts: ReadonlyMap<string, Account>;
}

/** A record has come from one state into another, which is worth telling. */
export interface RecordTurn {
  readonly kind: "changed" | "failed" | "stopped" | "recovered";
  readonly record: PlannedRecord;
  readonly value: RecordValue;
}

export interface PublisherPorts {
  readonly book: RecordBook;
  readonly clock: Clock;
  readonly log: Log;
  /** Results, by what came of them. */
  readonly counters: Record<PublishResult["outcome"], number>;
  /** At least 0, below 1. */
  readonly random: () => number;
  /** The address that a record is to have; undefined: none is known. */
  readonly wantedFor: (record: PlannedRecord) => string | undefined;
  readonly onTurn: (turn: RecordTurn) => void;
}

interface DueRecord {
  readonly one: RecordCase;
  readonly wanted: string;
  readonly name: string;
}

export class Publisher implements AsyncDisposable {
  readonly #ports: PublisherPorts;
  readonly #end = new AbortController();
  #plan: PublishPlan;
  /** Ids of records that are being sent. */
  readonly #sending = new Set<string>();
  /** How many of a name at an account are: a second call would not know what the first one tells. */
  readonly #sendingOf = new Map<string, number>();
  readonly #callsOf = new Map<string, number>();
  #calls = 0;
  readonly #underWay = new Set<Promise<void>>();
  #waiting: { readonly account: Account; readonly batch: readonly DueRecord[] }[] = [];
  #nextDueMs = 0;

  constructor(plan: PublishPlan, ports: PublisherPorts) {
    this.#plan = plan;
    this.#ports = ports;
  }

  get plan(): PublishPlan {
    return this.#plan;
  }

  get records(): readonly PlannedRecord[] {
    return this.#plan.records;
  }

  get accounts(): ReadonlyMap<string, Account> {
    return this.#plan.accounts;
  }

  get isBusy(): boolean {
    return this.#underWay.size > 0;
  }

  isSending(id: string): boolean {
    return this.#sending.has(id);
  }

  /** Another plan, also the first one: what it no longer has is forgotten. */
  use(plan: PublishPlan): void {
    this.#plan = plan;
    this.#track(this.#adopt(plan));
  }

  /** Something has changed: looks at every record now. */
  wake(): void {
    this.#nextDueMs = 0;
    this.tick();
  }

  /** Begins what is due; cheap when nothing is. */
  tick(): void {
    const nowMs = this.#ports.clock.nowMs();
    // A clock that was set back must not hold everything up
    if (nowMs < this.#nextDueMs && this.#nextDueMs - nowMs <= limits.retryAfterMsMax) return;
    this.#begin(nowMs);
  }

  caseOf(record: PlannedRecord): RecordCase | undefined {
    const account = this.#plan.accounts.get(record.provider);
    if (account === undefined) return undefined;
    const { book, wantedFor } = this.#ports;
    return {
      record,
      value: book.record(record.id),
      wanted: wantedFor(record),
      definition: account.definition,
      settingsMark: account.settingsMark,
      isAccountStopped: book.account(account.name)?.stoppedWith === account.settingsMark,
    };
  }

  stepOf(record: PlannedRecord): NextStep | undefined {
    const one = this.caseOf(record);
    return one && nextStep(one, this.#ports.clock.nowMs());
  }

  /** Sends records whether they differ or not; also those that were stopped. */
  async force(records: readonly PlannedRecord[]): Promise<void> {
    await this.release(records);
    const due: DueRecord[] = [];
    for (const record of records) {
      const one = this.caseOf(record);
      if (one?.wanted !== undefined && !this.#sendingOf.has(placeOf(record)))
        due.push({ one, wanted: one.wanted, name: record.name });
    }
    this.#enqueue(due);
    await this.settled();
  }

  /** Ends stops and waits. */
  async release(records: readonly PlannedRecord[]): Promise<void> {
    const { book } = this.#ports;
    for (const name of new Set(records.map(({ provider }) => provider))) await book.releaseAccount(name);
    const values = new Map<string, RecordValue>();
    for (const { id } of records) {
      const value = book.record(id);
      if (value.failures > 0) values.set(id, released(value));
    }
    await book.write(values);
  }

  /** Resolves when nothing is under way. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#waiting = [];
    this.#end.abort();
    await this.settled();
  }

  async #adopt({ records, accounts }: PublishPlan): Promise<void> {
    const { book, log } = this.#ports;
    await book.keep(new Set(records.map(({ id }) => id)), new Set(accounts.keys()));
    const own = records.filter(({ provider }) => provider === ownZones);
    // A zone may be there now, or its file may say something else
    await book.sendAgain(
      own.map(({ id }) => id),
      ownZones,
    );
    try {
      await accounts.get(ownZones)?.provider.keepOnly?.(own);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      log.warn(
        { code: error.code },
        `names that are no longer in ddns.records stay in their zones: ${error.message}`,
      );
    }
    this.wake();
  }

  #begin(nowMs: number): void {
    let nextMs = nowMs + limits.retryAfterMsMax; // so that a clock that was wrong is noticed
    const due: DueRecord[] = [];
    for (const record of this.#plan.records) {
      if (this.#sending.has(record.id) || this.#sendingOf.has(placeOf(record))) continue;
      const one = this.caseOf(record);
      if (one === undefined) continue;
      const step = nextStep(one, nowMs);
      if (step.do === "send") due.push({ one, wanted: one.wanted!, name: record.name });
      if (step.do === "wait") nextMs = Math.min(nextMs, step.untilMs);
    }
    this.#nextDueMs = nextMs;
    this.#enqueue([...due, ...this.#togetherWith(due)]);
  }

  /** The other types of names, at services that lose what they are not told. */
  #togetherWith(due: readonly DueRecord[]): readonly DueRecord[] {
    const own = due.filter(({ one }) => one.definition.sendsTypesTogether === true);
    if (own.length === 0) return [];
    const names = new Set(own.map(({ one }) => placeOf(one.record)));
    const ids = new Set(due.map(({ one }) => one.record.id));
    const others = this.#plan.records.filter(
      (record) => names.has(placeOf(record)) && !ids.has(record.id) && !this.#sending.has(record.id),
    );
    return others.flatMap((record) => {
      const one = this.caseOf(record);
      if (one?.wanted === undefined || one.value.stoppedWith === one.settingsMark) return [];
      return [{ one, wanted: one.wanted, name: record.name }];
    });
  }

  #enqueue(due: readonly DueRecord[]): void {
    for (const { one } of due) {
      this.#sending.add(one.record.id);
      const place = placeOf(one.record);
      this.#sendingOf.set(place, (this.#sendingOf.get(place) ?? 0) + 1);
    }
    for (const [provider, group] of Map.groupBy(due, ({ one }) => one.record.provider)) {
      const account = this.#plan.accounts.get(provider)!;
      for (const batch of batchesOf(group, account.definition.recordsPerCallMax))
        this.#waiting.push({ account, batch });
    }
    this.#startWaiting();
  }

  #startWaiting(): void {
    while (this.#calls < limits.callsMax) {
      const at = this.#waiting.findIndex(
        ({ account }) => (this.#callsOf.get(account.name) ?? 0) < limits.callsPerAccountMax,
      );
      const [next] = at === -1 ? [] : this.#waiting.splice(at, 1);
      if (next === undefined) return;
      this.#track(this.#send(next.account, next.batch));
    }
  }

  #track(work: Promise<void>): void {
    this.#underWay.add(work);
    void work.finally(() => this.#underWay.delete(work));
  }

  async #send(account: Account, batch: readonly DueRecord[]): Promise<void> {
    const { name } = account;
    this.#calls++;
    this.#callsOf.set(name, (this.#callsOf.get(name) ?? 0) + 1);
    // Another call may have found meanwhile that the account is refused
    const isStopped = this.#ports.book.account(name)?.stoppedWith === account.settingsMark;
    if (!isStopped) await this.#take(account, batch, await this.#publish(account, batch));
    for (const { one } of batch) this.#sent(one.record);
    this.#calls--;
    this.#callsOf.set(name, this.#callsOf.get(name)! - 1);
    this.#startWaiting();
    if (!this.#end.signal.aborted) this.wake(); // what came meanwhile
  }

  #sent(record: PlannedRecord): void {
    this.#sending.delete(record.id);
    const place = placeOf(record);
    const left = this.#sendingOf.get(place)! - 1;
    if (left === 0) this.#sendingOf.delete(place);
    else this.#sendingOf.set(place, left);
  }

  /** Undefined: the program ends, and nobody knows. */
  async #publish(
    account: Account,
    batch: readonly DueRecord[],
  ): Promise<readonly PublishResult[] | undefined> {
    const { clock, log } = this.#ports;
    using deadline = abortAfter(clock, limits.callMsMax, this.#end.signal);
    const call: ProviderCall = {
      http: (request) => account.http({ ...request, signal: deadline.signal }),
      nowMs: () => clock.nowMs(),
      signal: deadline.signal,
    };
    const wanted = batch.map(({ one: { record }, wanted: address }) => {
      const { type, ttl, proxied, zone } = record;
      return { name: record.name, type, address, ttl, proxied, zone };
    });
    try {
      const results = await account.provider.publish(wanted, call);
      return this.#end.signal.aborted ? undefined : results;
    } catch (error) {
      if (this.#end.signal.aborted) return undefined;
      const isLate = deadline.signal.aborted;
      if (!isLate)
        log.error({ provider: account.name, error: String(error) }, "a provider has a fault of ours");
      const sentence = isLate
        ? `${account.definition.title} did not answer within ${limits.callMsMax / 1000} s`
        : "a fault of the program itself; its log has the details";
      return batch.map(() => ({ outcome: "unconfirmed", sentence }));
    }
  }

  async #take(
    account: Account,
    batch: readonly DueRecord[],
    results: readonly PublishResult[] | undefined,
  ): Promise<void> {
    if (results === undefined) return;
    const { book, clock, random, counters } = this.#ports;
    const nowMs = clock.nowMs();
    const values = new Map<string, RecordValue>();
    const turns: RecordTurn[] = [];
    for (const [index, { one, wanted }] of batch.entries()) {
      const result = results[index] ?? { outcome: "unconfirmed", sentence: "nothing is known of it" };
      counters[result.outcome]++;
      // A person may have released it while it was sent
      const now = { ...one, value: book.record(one.record.id) };
      const value = afterResult(now, wanted, result, { nowMs, random: random() });
      values.set(one.record.id, value);
      const kind = turnOf(now.value, value, result);
      if (kind !== undefined) turns.push({ kind, record: one.record, value });
    }
    const refusal = results.find((one) => one.outcome === "refused" && one.scope === "account");
    await book.write(values);
    if (refusal?.outcome === "refused") {
      const { code, sentence } = refusal;
      const trouble = { code, sentence, atMs: nowMs };
      await book.stopAccount(account.name, { trouble, stoppedWith: account.settingsMark });
    }
    for (const turn of turns) this.#ports.onTurn(turn);
  }
}

function placeOf({ provider, name }: PlannedRecord): string {
  return `${provider} ${name}`;
}

function turnOf(
  before: RecordValue,
  { current, trouble, failures }: RecordValue,
  { outcome }: PublishResult,
): RecordTurn["kind"] | undefined {
  switch (outcome) {
    case "changed":
    case "same":
      if (before.failures >= limits.failuresBeforeTelling) return "recovered";
      return before.current === current ? undefined : "changed";
    case "refused":
      return before.trouble?.code === trouble?.code && before.failures > 0 ? undefined : "stopped";
    case "failed":
    case "unconfirmed":
      return failures === limits.failuresBeforeTelling ? "failed" : undefined;
  }
}
