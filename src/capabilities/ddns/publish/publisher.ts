/**
 * Keeps the records of the site file as they are to be: what differs is sent, what failed is tried again when
 * that may help, and what was refused waits for a person.
 */
import type { Log } from "#contracts/log.ts";
import { StoreError } from "#contracts/store.ts";
import type { Clock } from "#platform/clock/clock.ts";
import { limits } from "../limits.ts";
import type { PublishResult } from "../providers/provider.ts";
import type { Account } from "./accounts.ts";
import { batchesOf } from "./batches.ts";
import { CallQueue, type DueRecord, placeOf, type QueuedCall } from "./call-queue.ts";
import { makeCall } from "./make-call.ts";
import { ownZones } from "./own-zones-name.ts";
import type { RecordBook } from "./record-book.ts";
import type { PlannedRecord } from "./record-plan.ts";
import type { RecordValue } from "./record-value.ts";
import { budgetCode, type NextStep, nextStep, type RecordCase, released } from "./schedule.ts";
import {
  type AnsweredRecord,
  heldUp,
  type RecordTurn,
  type Refusal,
  refusalOfAccount,
  takeResults,
} from "./take-results.ts";

export interface PublishPlan {
  readonly records: readonly PlannedRecord[];
  readonly accounts: ReadonlyMap<string, Account>;
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
  /** A provider says that it has a record. */
  readonly onTaken: (record: PlannedRecord, address: string) => void;
  readonly onTurn: (turn: RecordTurn) => void;
}

export class Publisher implements AsyncDisposable {
  readonly #ports: PublisherPorts;
  readonly #end = new AbortController();
  readonly #queue: CallQueue;
  readonly #adopting = new Set<Promise<void>>();
  #plan: PublishPlan;
  #ids: ReadonlySet<string>;
  #nextDueMs = 0;

  constructor(plan: PublishPlan, ports: PublisherPorts) {
    this.#plan = plan;
    this.#ids = idsOf(plan);
    this.#ports = ports;
    this.#queue = new CallQueue(
      (call) => this.#call(call),
      () => this.#ended(),
    );
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
    return !this.#queue.isIdle || this.#adopting.size > 0;
  }

  isSending(id: string): boolean {
    return this.#queue.isSending(id);
  }

  /** Another plan, also the first one: what it no longer has is forgotten. */
  use(plan: PublishPlan): void {
    this.#plan = plan;
    this.#ids = idsOf(plan);
    this.#queue.clear(); // they were for accounts and records of before
    const work = this.#adopt().finally(() => this.#adopting.delete(work));
    this.#adopting.add(work);
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
      placeMark: account.placeMark,
      isAccountStopped: this.#isStopped(account),
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
      if (one?.wanted !== undefined && !this.#queue.isNameSending(record))
        due.push({ one, wanted: one.wanted });
    }
    this.#enqueue(due, true);
    await this.settledOf(records);
  }

  /** Ends stops and waits. */
  async release(records: readonly PlannedRecord[]): Promise<void> {
    const { book } = this.#ports;
    for (const name of new Set(records.map(({ provider }) => provider))) await book.releaseAccount(name);
    const values = new Map<string, RecordValue>();
    for (const { id } of records) {
      const value = book.record(id);
      if (value.failures > 0 || value.nextTryAtMs !== undefined) values.set(id, released(value));
    }
    await book.write(values);
  }

  /** Resolves when none of these is under way. */
  async settledOf(records: readonly PlannedRecord[]): Promise<void> {
    while (!this.#queue.isIdle && records.some(({ id }) => this.#queue.isSending(id)))
      await this.#queue.next();
  }

  /** Resolves when nothing is under way. */
  async settled(): Promise<void> {
    while (this.isBusy) {
      await Promise.all(this.#adopting);
      if (!this.#queue.isIdle) await this.#queue.next();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#queue.clear();
    this.#end.abort();
    await this.settled();
  }

  async #adopt(): Promise<void> {
    const { book, log } = this.#ports;
    const { records, accounts } = this.#plan;
    await book.keep(this.#ids, new Set(accounts.keys()));
    // A zone may be there now, or its file may say something else
    const ids = records.filter(({ provider }) => provider === ownZones).map(({ id }) => id);
    await book.sendAgain(ids, ownZones);
    try {
      // Of the plan that counts by now
      const own = this.#plan.records.filter(({ provider }) => provider === ownZones);
      await this.#plan.accounts.get(ownZones)?.provider.keepOnly?.(own);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      log.warn(
        { code: error.code },
        `names that are no longer in ddns.records stay in their zones: ${error.message}`,
      );
    }
    if (!this.#end.signal.aborted) this.wake();
  }

  #isStopped({ name, settingsMark }: Account): boolean {
    return this.#ports.book.account(name)?.stoppedWith === settingsMark;
  }

  #begin(nowMs: number): void {
    let nextMs = nowMs + limits.retryAfterMsMax; // so that a clock that was wrong is noticed
    const due: DueRecord[] = [];
    for (const record of this.#plan.records) {
      if (this.#queue.isNameSending(record)) continue;
      const one = this.caseOf(record);
      if (one === undefined) continue;
      const step = nextStep(one, nowMs);
      if (step.do === "wait") nextMs = Math.min(nextMs, step.untilMs);
      if (step.do !== "send") continue;
      const { waitMs } = this.#plan.accounts.get(record.provider)!.budget;
      if (waitMs > 0) nextMs = Math.min(nextMs, nowMs + waitMs);
      else due.push({ one, wanted: one.wanted! });
    }
    this.#nextDueMs = nextMs;
    this.#enqueue(due, false);
  }

  #enqueue(wanted: readonly DueRecord[], isForced: boolean): void {
    const due = [...wanted, ...this.#togetherWith(wanted)];
    const groups = Map.groupBy(due, ({ one }) => one.record.provider);
    const calls = [...groups].flatMap(([provider, group]) => {
      const account = this.#plan.accounts.get(provider)!;
      const named = group.map((record) => ({ ...record, name: record.one.record.name }));
      const batches = batchesOf(named, account.definition.recordsPerCallMax);
      return batches.map((batch) => ({ account, batch, isForced }));
    });
    this.#queue.add(calls);
  }

  /** The other types of names, at services that lose what they are not told. */
  #togetherWith(due: readonly DueRecord[]): readonly DueRecord[] {
    const own = due.filter(({ one }) => one.definition.sendsTypesTogether === true);
    if (own.length === 0) return [];
    const names = new Set(own.map(({ one }) => placeOf(one.record)));
    const ids = new Set(due.map(({ one }) => one.record.id));
    const others = this.#plan.records.filter((record) => names.has(placeOf(record)) && !ids.has(record.id));
    return others.flatMap((record) => {
      const one = this.caseOf(record);
      if (one?.wanted === undefined || one.value.stoppedWith === one.settingsMark) return [];
      return [{ one, wanted: one.wanted }];
    });
  }

  /** What came meanwhile is looked at; of many calls not after each. */
  #ended(): void {
    if (this.#end.signal.aborted) return;
    if (this.#queue.isIdle) this.wake();
    else this.#nextDueMs = 0;
  }

  async #call({ account, batch, isForced }: QueuedCall): Promise<void> {
    // Other calls may have found meanwhile that the account is refused, or have used up what it may ask
    if (this.#isStopped(account) || (!isForced && account.budget.waitMs > 0)) return;
    const { wantedFor, clock, log } = this.#ports;
    const now = batch.map(({ one, wanted }) => ({ one, wanted: wantedFor(one.record) ?? wanted }));
    const results = await makeCall(account, now, { clock, log, end: this.#end.signal });
    if (results === undefined) return;
    const answered = now.map((due, index) => ({ ...due, result: results[index] ?? nothingKnown }));
    await this.#take(account, answered);
  }

  async #take(account: Account, answered: readonly AnsweredRecord[]): Promise<void> {
    const { book, clock, random, counters, onTaken } = this.#ports;
    const nowMs = clock.nowMs();
    const own = answered.filter(({ one }) => this.#ids.has(one.record.id)); // others were taken out meanwhile
    for (const { result } of answered)
      if (!("code" in result && result.code === budgetCode)) counters[result.outcome]++;
    const taken = takeResults(
      own,
      ({ id }) => book.record(id),
      () => ({ nowMs, random: random() }),
    );
    await book.write(taken.values);
    for (const { one, wanted, result } of own)
      if (result.outcome === "changed" || result.outcome === "same") onTaken(one.record, wanted);
    this.#tell(taken.turns);
    const refusal = refusalOfAccount(answered);
    if (refusal !== undefined) await this.#stop(account, refusal, nowMs);
  }

  /** The account of before may be refused; the one that counts by now is not stopped by that. */
  async #stop(account: Account, { code, sentence }: Refusal, nowMs: number): Promise<void> {
    const { name, settingsMark } = account;
    const isPresent = this.#plan.accounts.get(name)?.settingsMark === settingsMark;
    if (!isPresent || this.#isStopped(account)) return;
    const { book } = this.#ports;
    const others = this.#plan.records.filter(({ provider }) => provider === name);
    const held = heldUp(
      others.map((record) => this.caseOf(record)!),
      { code, sentence, nowMs },
    );
    const trouble = { code, sentence, atMs: nowMs };
    await Promise.all([
      book.stopAccount(name, { trouble, stoppedWith: settingsMark }),
      book.write(held.values),
    ]);
    this.#tell(held.turns);
  }

  #tell(turns: readonly RecordTurn[]): void {
    for (const turn of turns) this.#ports.onTurn(turn);
  }
}

function idsOf({ records }: PublishPlan): ReadonlySet<string> {
  return new Set(records.map(({ id }) => id));
}

const nothingKnown: PublishResult = { outcome: "unconfirmed", sentence: "nothing is known of it" };
