/** What the store's thread and its callers say to each other. Values travel as JSON text. */
import type { StoreErrorCode } from "#contracts/store.ts";
import type { CheckedTransaction } from "./checked-transaction.ts";
import type { ChangePage, ChangePosition, StoredChange, StoredEntry, StoredOutcome } from "./database.ts";
import type { HistoryRule } from "./limits.ts";

export interface ThreadOptions {
  readonly folder: string;
  readonly octetsMax: number;
  readonly history: readonly HistoryRule[];
  readonly nowMs: number;
}

export type Request =
  | ({ readonly do: "transact"; readonly atMs: number } & CheckedTransaction)
  | { readonly do: "get"; readonly key: string }
  | {
      readonly do: "list";
      readonly prefix: string;
      readonly after: string | undefined;
      readonly limit: number | undefined;
      readonly backwards: boolean;
    }
  | { readonly do: "changes"; readonly prefix: string; readonly after: ChangePosition }
  | { readonly do: "history"; readonly key: string; readonly limit: number | undefined }
  | { readonly do: "revision" }
  | { readonly do: "close" };

/** What each request is answered with. */
export interface Results {
  transact: StoredOutcome;
  get: StoredEntry | undefined;
  list: readonly StoredEntry[];
  changes: ChangePage | undefined;
  history: readonly StoredChange[];
  revision: number;
  close: undefined;
}

/** Many in one message: a message costs more than a request. */
export type ToThread = readonly { readonly id: number; readonly request: Request }[];

export type Reply =
  | { readonly id: number; readonly result: Results[Request["do"]] }
  | { readonly id: number; readonly failure: Failure };

export interface Failure {
  readonly code: StoreErrorCode;
  readonly sentence: string;
}

export type FromThread =
  | { readonly opened: { readonly revision: number } }
  | { readonly refused: { readonly code: string; readonly problem: RefusedProblem } }
  | { readonly replies: readonly Reply[]; readonly revision: number }
  | { readonly note: string; readonly level: "warn" | "error" };

/** A ConfigError does not survive the way between threads; its problem does. */
export interface RefusedProblem {
  readonly severity: "error";
  readonly file?: string;
  readonly what: string;
  readonly remedy?: string;
}
