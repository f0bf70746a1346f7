/** Records at providers, kept and confirmed: the publisher with what follows from its turns. */
import type { Log } from "#contracts/log.ts";
import type { DdnsConfig } from "./config.ts";
import type { DdnsCounters } from "./counters.ts";
import type { DdnsMachine } from "./ddns-machine.ts";
import { limits } from "./limits.ts";
import type { ProviderDefinition } from "./providers/provider.ts";
import { Confirmations } from "./publish/confirmations.ts";
import { ownZones } from "./publish/own-zones-name.ts";
import { Publisher, type PublishPlan } from "./publish/publisher.ts";
import type { RecordBook } from "./publish/record-book.ts";
import type { PlannedRecord } from "./publish/record-plan.ts";
import type { RecordValue } from "./publish/record-value.ts";
import type { RecordTurn } from "./publish/take-results.ts";

export interface RecordKeepingParts {
  readonly book: RecordBook;
  readonly machine: DdnsMachine;
  readonly counters: DdnsCounters;
  readonly log: Log;
  readonly wantedFor: (record: PlannedRecord) => string | undefined;
  readonly verify: () => DdnsConfig["verify"];
  /** For notices. */
  readonly onTurn: (turn: RecordTurn) => void;
}

/** How often it is looked for records that are to be verified. */
const verifyLookMs = 3_600_000;

export class RecordKeeping implements AsyncDisposable {
  readonly publisher: Publisher;
  readonly #parts: RecordKeepingParts;
  readonly #confirmations: Confirmations;
  #verifyAtMs = 0;

  constructor(plan: PublishPlan, parts: RecordKeepingParts) {
    this.#parts = parts;
    const { book, machine, log, wantedFor, counters } = parts;
    this.#confirmations = new Confirmations({
      book,
      clock: machine.clock,
      confirm: (record, signal) => machine.confirm(record, signal),
      onMissing: (record, value, isDaily) => void this.#missing(record, value, isDaily),
      onConfirmed: (record, value) => void this.#confirmed(record, value),
    });
    this.publisher = new Publisher(plan, {
      book,
      clock: machine.clock,
      log,
      counters: counters.updates,
      random: () => machine.random(),
      wantedFor,
      onTaken: (record, address) => this.#taken(record, address),
      onTurn: (turn) => this.#turn(turn),
    });
  }

  get isBusy(): boolean {
    return this.publisher.isBusy || this.#confirmations.isBusy;
  }

  use(plan: PublishPlan): void {
    this.publisher.use(plan);
    this.#confirmations.forgetAllBut(new Set(plan.records.map(({ id }) => id)));
  }

  tick(): void {
    this.publisher.tick();
    this.#verifyDue();
    this.#confirmations.tick();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#confirmations[Symbol.asyncDispose]();
    await this.publisher[Symbol.asyncDispose]();
  }

  #taken(record: PlannedRecord, address: string): void {
    if (this.#parts.verify() !== "off" && this.#isConfirmable(record))
      this.#confirmations.add(record, address);
  }

  #turn(turn: RecordTurn): void {
    const { record, value, kind } = turn;
    const { log, onTurn } = this.#parts;
    const { name, type, provider } = record;
    const facts = { name, type, provider, address: value.current };
    if (kind === "changed" || kind === "recovered")
      log.info(facts, `${name} ${type} is ${value.current} ${placeOf(record)}`);
    else
      log.warn(
        { ...facts, code: value.trouble?.code },
        `${name} ${type} ${placeOf(record)}: ${wordsOf(turn)}`,
      );
    onTurn(turn);
  }

  #isConfirmable(record: PlannedRecord): boolean {
    const account = this.publisher.accounts.get(record.provider);
    return account !== undefined && confirmableRecord(record, account.definition);
  }

  /** Those that were not looked at for a day. */
  #verifyDue(): void {
    const { machine, book, verify } = this.#parts;
    const nowMs = machine.clock.monotonicMs();
    if (nowMs < this.#verifyAtMs || verify() !== "daily") return;
    this.#verifyAtMs = nowMs + verifyLookMs;
    const wallMs = machine.clock.nowMs();
    for (const record of this.publisher.records) {
      const { current, confirmation, failures, changedAtMs } = book.record(record.id);
      if (current === undefined || failures > 0 || !this.#isConfirmable(record)) continue;
      const lastMs = confirmation?.atMs ?? changedAtMs ?? 0;
      if (Math.abs(wallMs - lastMs) >= limits.verifyMs) this.#confirmations.add(record, current, true);
    }
  }

  /** Somebody else has changed it: then it is sent once more. Or the provider has not done what it said. */
  async #missing(record: PlannedRecord, value: RecordValue, isDaily: boolean): Promise<void> {
    const { book, log, onTurn, machine } = this.#parts;
    const sentence = value.confirmation?.sentence ?? "";
    log.warn({ name: record.name, type: record.type }, `${record.name} ${record.type}: ${sentence}`);
    if (isDaily) {
      const { extras, ...rest } = value;
      await book.write(new Map([[record.id, rest]]));
      this.publisher.wake();
      return;
    }
    if (value.isMissingTold === true) return;
    await book.write(new Map([[record.id, { ...value, isMissingTold: true }]]));
    const trouble = { code: "not-published", sentence, atMs: machine.clock.nowMs() };
    onTurn({ kind: "failed", record, value: { ...value, trouble } });
  }

  async #confirmed(record: PlannedRecord, value: RecordValue): Promise<void> {
    const { isMissingTold, ...rest } = value;
    if (isMissingTold !== true) return;
    await this.#parts.book.write(new Map([[record.id, rest]]));
    this.#turn({ kind: "recovered", record, value: rest });
  }
}

/** Its servers tell its address, and not that of a proxy; where nothing is said it may be one. */
export function confirmableRecord(
  { proxied }: Pick<PlannedRecord, "proxied">,
  { isConfirmable, hasProxy }: Pick<ProviderDefinition, "isConfirmable" | "hasProxy">,
): boolean {
  return isConfirmable && (hasProxy ? proxied === false : proxied !== true);
}

function placeOf({ provider }: PlannedRecord): string {
  return provider === ownZones ? "in the zones of this server" : `at ${provider}`;
}

function wordsOf({ kind, value }: RecordTurn): string {
  const sentence = value.trouble?.sentence ?? "";
  return kind === "stopped" ? `refused, and not sent any more: ${sentence}` : `failed: ${sentence}`;
}
