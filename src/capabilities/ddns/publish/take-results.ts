/** What follows from the results of a call, and what of it is worth telling. Pure. */
import { limits } from "../limits.ts";
import type { PublishResult } from "../providers/provider.ts";
import type { DueRecord } from "./call-queue.ts";
import type { PlannedRecord } from "./record-plan.ts";
import type { RecordValue } from "./record-value.ts";
import { afterResult, budgetCode, type Moment, nextStep, type RecordCase } from "./schedule.ts";

/** A record has come from one state into another, which is worth telling. */
export interface RecordTurn {
  readonly kind: "changed" | "failed" | "stopped" | "recovered";
  readonly record: PlannedRecord;
  readonly value: RecordValue;
}

export interface AnsweredRecord extends DueRecord {
  readonly result: PublishResult;
}

export type Refusal = Extract<PublishResult, { readonly outcome: "refused" }>;

export interface Taken {
  readonly values: ReadonlyMap<string, RecordValue>;
  readonly turns: readonly RecordTurn[];
}

/** @param valueFor what is known of a record now: a person may have released it while it was sent */
export function takeResults(
  batch: readonly AnsweredRecord[],
  valueFor: (record: PlannedRecord) => RecordValue,
  moment: () => Moment,
): Taken {
  const values = new Map<string, RecordValue>();
  const turns: RecordTurn[] = [];
  for (const { one, wanted, result } of batch) {
    const { record } = one;
    const before = valueFor(record);
    const after = afterResult({ ...one, value: before }, wanted, result, moment());
    const kind = turnOf(before, after, result);
    const isTrouble = kind === "failed" || kind === "stopped";
    const value: RecordValue = isTrouble ? { ...after, isTroubleTold: true } : after;
    values.set(record.id, value);
    if (kind !== undefined) turns.push({ kind, record, value });
  }
  return { values, turns };
}

/** Undefined: the account as a whole is not refused. */
export function refusalOfAccount(batch: readonly AnsweredRecord[]): Refusal | undefined {
  return batch
    .map(({ result }) => result)
    .find((result): result is Refusal => result.outcome === "refused" && result.scope === "account");
}

/** Records that were to be sent, and are not: their account was refused with one of its others. */
export function heldUp(
  cases: readonly RecordCase[],
  { code, sentence, nowMs }: { readonly code: string; readonly sentence: string; readonly nowMs: number },
): Taken {
  const trouble = { code, sentence, atMs: nowMs };
  const turns = cases
    .filter((one) => nextStep(one, nowMs).do === "send" && one.value.isTroubleTold !== true)
    .map(({ record, value: before, settingsMark }): RecordTurn => {
      const { nextTryAtMs, isTold, ...kept } = before;
      const value: RecordValue = {
        ...kept,
        failures: before.failures + 1,
        trouble,
        triedWith: settingsMark,
        isTroubleTold: true,
      };
      return { kind: "stopped", record, value };
    });
  return { values: new Map(turns.map(({ record, value }) => [record.id, value])), turns };
}

/** Undefined: nothing is to be told. What is wrong is told once, and then that it is right again. */
function turnOf(
  before: RecordValue,
  { current, trouble, failures }: RecordValue,
  { outcome }: PublishResult,
): RecordTurn["kind"] | undefined {
  switch (outcome) {
    case "changed":
    case "same":
      if (before.isTroubleTold === true) return "recovered";
      return before.current === current ? undefined : "changed";
    case "refused":
      return before.isTroubleTold === true && before.trouble?.code === trouble?.code ? undefined : "stopped";
    case "failed":
    case "unconfirmed": {
      const isNews = before.isTroubleTold !== true && trouble?.code !== budgetCode;
      return isNews && failures >= limits.failuresBeforeTelling ? "failed" : undefined;
    }
  }
}
