/** What is known of addresses, records and providers, for people and programs. */
import type { FamilyView, ProviderView, RecordState, RecordView } from "./control.ts";
import type { Publisher } from "./publish/publisher.ts";
import type { RecordBook } from "./publish/record-book.ts";
import type { PlannedRecord } from "./publish/record-plan.ts";
import type { RecordValue } from "./publish/record-value.ts";
import { type NextStep, nextStep } from "./publish/schedule.ts";
import { type AddressWatcher, families } from "./watch/address-watcher.ts";

export interface ViewParts {
  readonly watcher: AddressWatcher;
  readonly publisher: Publisher;
  readonly book: RecordBook;
  readonly nowMs: () => number;
  readonly prefix: () => string | undefined;
}

export function familyViews({ watcher, prefix }: ViewParts): readonly FamilyView[] {
  return families.map((family) => {
    const current = watcher.current(family);
    return {
      family,
      isWatched: watcher.isWatched(family),
      address: current?.address,
      sinceMs: current?.sinceMs,
      lastSeenMs: watcher.lastSeenMs(family),
      prefix: family === "ipv6" ? prefix() : undefined,
      lastLook: watcher.lastLook(family),
      nextLookMs: watcher.nextLookMs(family),
    };
  });
}

export function recordViews(parts: ViewParts): readonly RecordView[] {
  return parts.publisher.records.map((record) => recordView(record, parts));
}

export function recordView(record: PlannedRecord, { publisher, book, nowMs }: ViewParts): RecordView {
  const one = publisher.caseOf(record);
  const value = one?.value ?? book.record(record.id);
  const step = one && nextStep(one, nowMs());
  const accountTrouble = one?.isAccountStopped === true ? book.account(record.provider)?.trouble : undefined;
  const { id, name, type, provider } = record;
  const { current, changedAtMs, takenAtMs, failures, confirmation } = value;
  return {
    id,
    name,
    type,
    provider,
    state: stateOf(value, step, publisher.isSending(id)),
    current,
    wanted: one?.wanted,
    changedAtMs,
    checkedAtMs: takenAtMs,
    nextTryMs: step?.do === "wait" ? step.untilMs : undefined,
    failures,
    error: accountTrouble ?? value.trouble,
    confirmation: {
      outcome: confirmation?.outcome ?? "not-asked",
      sentence: confirmation?.sentence,
      atMs: confirmation?.atMs,
    },
  };
}

function stateOf(
  { current, failures, isUnconfirmed, confirmation }: RecordValue,
  step: NextStep | undefined,
  isSending: boolean,
): RecordState {
  if (step === undefined) return "stopped"; // its account cannot be opened
  if (isSending || step.do === "send") return "pending";
  if (step.do === "nothing" && step.why === "stopped") return "stopped";
  if (isUnconfirmed === true) return "unconfirmed";
  if (failures > 0) return "failed";
  if (step.do === "wait" && step.why === "pause") return "pending";
  if (step.do === "nothing" && step.why === "no-address" && current === undefined) return "waiting";
  return confirmation?.outcome === "no" ? "unconfirmed" : "current";
}

export function providerViews({ publisher, book }: ViewParts): readonly ProviderView[] {
  const counts = Map.groupBy(publisher.records, ({ provider }) => provider);
  return [...publisher.accounts.values()]
    .filter(({ name }) => counts.has(name))
    .map(({ name, definition, settingsMark, budget }) => {
      const refusal = book.account(name);
      return {
        name,
        type: definition.type,
        title: definition.title,
        records: counts.get(name)!.length,
        stopped: refusal?.stoppedWith === settingsMark ? refusal.trouble.sentence : undefined,
        requestsThisHour: budget.used,
        requestsPerHourMax: budget.perHourMax,
      };
    });
}

/** Records of a name; `*.home.example.net` names the wildcard. */
export function recordsOfName(records: readonly PlannedRecord[], question: string): readonly PlannedRecord[] {
  const name = question.toLowerCase().replace(/\.$/, "");
  return records.filter((record) => record.name === name || record.id === name);
}
