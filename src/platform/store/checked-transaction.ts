/**
 * What every implementation asks of a transaction before it looks at data, and the form in which it then
 * travels.
 */
import { type StoreCompare, StoreError, type StoreOperation } from "#contracts/store.ts";
import { limits } from "./limits.ts";

export interface CheckedTransaction {
  readonly compares: readonly StoreCompare[];
  /** Values as JSON; null deletes. */
  readonly writes: readonly { readonly key: string; readonly json: string | null }[];
}

/** Throws StoreError HP_STORE_INVALID that names the bound or rule. */
export function checkTransaction(
  compares: readonly StoreCompare[],
  operations: readonly StoreOperation[],
): CheckedTransaction {
  if (operations.length > limits.operationsMax || compares.length > limits.comparesMax) {
    throw invalid(
      `${operations.length} operations and ${compares.length} compares; ` +
        `at most ${limits.operationsMax} and ${limits.comparesMax} fit into one transaction`,
    );
  }
  for (const { key } of compares) checkKey(key);
  const keys = new Set<string>();
  let octets = 0;
  const writes = operations.map((operation) => {
    const { key } = operation;
    checkKey(key);
    if (keys.has(key)) throw invalid(`${key} is written twice in one transaction`);
    keys.add(key);
    const json = jsonOf(operation);
    octets += json === null ? 0 : Buffer.byteLength(json);
    return { key, json };
  });
  if (octets > limits.transactionOctetsMax) {
    throw invalid(
      `values of ${octets} octets; at most ${limits.transactionOctetsMax} fit into one transaction`,
    );
  }
  return { compares, writes };
}

/** Keys sort alike everywhere: well-formed Unicode without control characters, compared as UTF-8. */
export function checkKey(key: string): void {
  const fits = key.length > 0 && Buffer.byteLength(key) <= limits.keyOctetsMax;
  if (!fits || !key.isWellFormed() || /[\p{Cc}\u{10ffff}]/u.test(key)) {
    throw invalid(
      `${JSON.stringify(key.slice(0, 80))} is no key: 1 to ${limits.keyOctetsMax} octets without control characters`,
    );
  }
}

/** What an operation writes, as it goes to the disk; null deletes. Throws StoreError HP_STORE_INVALID. */
export function jsonOf(operation: StoreOperation): string | null {
  if (operation.do === "delete") return null;
  const known = jsons.get(operation);
  if (known !== undefined) return known;
  const json = asJson(operation.key, operation.value);
  jsons.set(operation, json);
  return json;
}

/** Values do not change; those that go along with a change of a zone are measured before they are written. */
const jsons = new WeakMap<StoreOperation, string>();

function asJson(key: string, value: unknown): string {
  const json = JSON.stringify(value) as string | undefined;
  if (json === undefined) throw invalid(`the value of ${key} is not JSON; to remove the key, delete it`);
  return json;
}

function invalid(sentence: string): StoreError {
  return new StoreError("HP_STORE_INVALID", sentence);
}
