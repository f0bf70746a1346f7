/** What became of a record, as the store has it at `ddns/records/ID`; and of an account. */
import { z } from "zod";
import { typedKey } from "#platform/store/typed-key.ts";

const Trouble = z.strictObject({ code: z.string(), sentence: z.string(), atMs: z.int() });
export type Trouble = z.output<typeof Trouble>;

const Confirmation = z.strictObject({
  outcome: z.enum(["yes", "no", "could-not-confirm", "not-asked"]),
  sentence: z.string().optional(),
  atMs: z.int().optional(),
});
export type ConfirmationValue = z.output<typeof Confirmation>;

const RecordValue = z.strictObject({
  /** What the provider took last, and what else was said of it: TTL, proxy, zone. */
  current: z.string().optional(),
  extras: z.string().optional(),
  changedAtMs: z.int().optional(),
  /** When the provider last said that it has it: from then on it counts the days until it forgets it. */
  takenAtMs: z.int().optional(),
  /** The last time that it was tried. */
  triedAtMs: z.int().optional(),
  /** The address that was tried. */
  triedFor: z.string().optional(),
  /** The settings with which it was tried, when that failed: what others met does not hold up these. */
  triedWith: z.string().optional(),
  failures: z.int(),
  nextTryAtMs: z.int().optional(),
  /** The provider itself has said when. */
  isTold: z.literal(true).optional(),
  trouble: Trouble.optional(),
  /** The settings with which it was refused: with others it is tried again. */
  stoppedWith: z.string().optional(),
  /** It was sent, and nobody knows what became of it. */
  isUnconfirmed: z.literal(true).optional(),
  /** Somebody was told that it failed or stopped, and not yet that it is well again. */
  isTroubleTold: z.literal(true).optional(),
  confirmation: Confirmation.optional(),
  /** Somebody was told that its servers do not have it. */
  isMissingTold: z.literal(true).optional(),
});
export type RecordValue = z.output<typeof RecordValue>;

export const newRecordValue: RecordValue = { failures: 0 };

export const recordKey = typedKey("ddns/records/", RecordValue);

const AccountValue = z.strictObject({
  trouble: Trouble,
  /** The settings with which it was refused: with others it is tried again. */
  stoppedWith: z.string(),
});
export type AccountValue = z.output<typeof AccountValue>;

export const accountKey = typedKey("ddns/accounts/", AccountValue);

const BudgetValue = z.strictObject({
  /** Requests that were not forgotten then. */
  used: z.number(),
  atMs: z.int(),
});
export type BudgetValue = z.output<typeof BudgetValue>;

/** So that a program that starts again and again asks nobody more often than it may. */
export const budgetKey = typedKey("ddns/budgets/", BudgetValue);
