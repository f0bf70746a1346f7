/** Which addresses the site had, from when to when, and who saw them: written before anybody is told. */

import type { Log } from "#contracts/log.ts";
import type { AddressFamily } from "#contracts/public-address.ts";
import { type Store, StoreError, type StoreOperation } from "#contracts/store.ts";
import type { PastAddressView } from "../control.ts";
import { limits } from "../limits.ts";
import { type AddressValue, addressKey, numberText } from "./address-value.ts";

interface Present {
  readonly number: number;
  /** Undefined: there is none yet, or the store has one that this version cannot read. */
  readonly value: AddressValue | undefined;
  /** When it was last seen, which may not be written yet. */
  lastSeenMs: number;
  /** The clock was wrong when it was written: on the clock that never jumps. */
  readonly writtenAtMonotonicMs: number | undefined;
}

export interface HistoryPorts {
  readonly store: Store;
  readonly nowMs: () => number;
  readonly monotonicMs: () => number;
  readonly log: Log;
}

/** Of an earlier program. */
export interface ImportedAddress {
  readonly family: AddressFamily;
  readonly address: string;
  readonly fromMs?: number | undefined;
  readonly untilMs?: number | undefined;
}

/** Rejects with StoreError. */
export class AddressHistory {
  readonly #ports: HistoryPorts;
  readonly #present = new Map<AddressFamily, Present>();
  /** What is done one after the other: numbers are given out by it. */
  #last: Promise<unknown> = Promise.resolve();

  static async open(ports: HistoryPorts): Promise<AddressHistory> {
    const history = new AddressHistory(ports);
    for (const family of ["ipv4", "ipv6"] as const) await history.#read(family);
    return history;
  }

  private constructor(ports: HistoryPorts) {
    this.#ports = ports;
  }

  /** The last address known. */
  present(family: AddressFamily): (AddressValue & { readonly lastSeenMs: number }) | undefined {
    const present = this.#present.get(family);
    return present?.value && { ...present.value, lastSeenMs: present.lastSeenMs };
  }

  /** Another address counts from now on. */
  change(family: AddressFamily, address: string, seenBy: readonly string[]): Promise<void> {
    return this.#inTurn(() => this.#change(family, address, seenBy));
  }

  /** It was seen again. Written now and then only. */
  seen(family: AddressFamily): Promise<void> {
    return this.#inTurn(() => this.#seen(family));
  }

  async #change(family: AddressFamily, address: string, seenBy: readonly string[]): Promise<void> {
    const { store, nowMs, monotonicMs } = this.#ports;
    const key = addressKey(family);
    const before = this.#present.get(family);
    const atMs = nowMs();
    const number = (before?.number ?? 0) + 1;
    const value: AddressValue = { address, fromMs: atMs, lastSeenMs: atMs, seenBy };
    const operations: StoreOperation[] = [key.put(numberText(number), value)];
    if (before?.value !== undefined) {
      const past = this.#corrected(before.value, before, atMs);
      const untilMs = Math.max(atMs, past.fromMs ?? atMs);
      const { lastSeenMs } = before;
      operations.push(key.put(numberText(before.number), { ...past, lastSeenMs, untilMs }));
    }
    if (number > limits.historyMax) operations.push(key.delete(numberText(number - limits.historyMax)));
    await store.transact([], operations);
    const writtenAtMonotonicMs = atMs < limits.plausibleMsMin ? monotonicMs() : undefined;
    this.#present.set(family, { number, value, lastSeenMs: atMs, writtenAtMonotonicMs });
  }

  async #seen(family: AddressFamily): Promise<void> {
    const present = this.#present.get(family);
    if (present?.value === undefined) return;
    const atMs = this.#ports.nowMs();
    present.lastSeenMs = atMs;
    const value = this.#corrected(present.value, present, atMs);
    const isDue = Math.abs(atMs - (value.lastSeenMs ?? 0)) >= limits.lastSeenWriteMs;
    if (isDue || value !== present.value) await this.#write(family, present, { ...value, lastSeenMs: atMs });
  }

  /** When it began, once the clock is right that was wrong then. */
  #corrected(value: AddressValue, { writtenAtMonotonicMs }: Present, atMs: number): AddressValue {
    if (writtenAtMonotonicMs === undefined || atMs < limits.plausibleMsMin) return value;
    return { ...value, fromMs: atMs - Math.round(this.#ports.monotonicMs() - writtenAtMonotonicMs) };
  }

  /** Newest first. */
  async list({
    family,
    atMs,
    limit,
  }: {
    readonly family?: AddressFamily;
    readonly atMs?: number;
    readonly limit?: number;
  }): Promise<readonly PastAddressView[]> {
    const families = family === undefined ? (["ipv4", "ipv6"] as const) : [family];
    const lists = await Promise.all(families.map((one) => this.#list(one, atMs, limit)));
    const sorted = merged(lists[0]!, lists[1] ?? []);
    return limit === undefined ? sorted : sorted.slice(0, limit);
  }

  /**
   * Addresses of an earlier program, the oldest first, before the first that this one saw.
   * @returns how many were taken: those that are there already are not
   */
  import(addresses: readonly ImportedAddress[], seenBy: string): Promise<number> {
    return this.#inTurn(() => this.#import(addresses, seenBy));
  }

  async #import(addresses: readonly ImportedAddress[], seenBy: string): Promise<number> {
    let taken = 0;
    for (const family of ["ipv4", "ipv6"] as const) {
      const present = this.#present.get(family);
      const wanted = addresses.filter((one) => one.family === family);
      const known = (await this.#entries(family)).map(({ value }) => value);
      const isKnown = (one: { address: string; fromMs?: number | undefined }): boolean =>
        known.some((value) => value?.address === one.address && value.fromMs === one.fromMs);
      const fresh = wanted.filter((one) => !isKnown(one)).slice(-limits.historyMax / 2);
      if (fresh.length === 0) continue;
      await this.#renumber(family, present, fresh, seenBy);
      taken += fresh.length;
    }
    return taken;
  }

  /** What was seen by this program gets the numbers after those of before. */
  async #renumber(
    family: AddressFamily,
    present: Present | undefined,
    fresh: readonly ImportedAddress[],
    seenBy: string,
  ): Promise<void> {
    const { store } = this.#ports;
    const key = addressKey(family);
    const entries = (await this.#entries(family)).reverse();
    const old = fresh.map(({ address, fromMs, untilMs }) => ({
      address,
      seenBy: [seenBy],
      ...(fromMs !== undefined && { fromMs }),
      ...(untilMs !== undefined && { untilMs }),
    }));
    const operations: StoreOperation[] = [];
    const base = present?.number ?? 0;
    let number = base;
    const values = [...old, ...entries.flatMap(({ value }) => (value === undefined ? [] : [value]))];
    for (const value of values.slice(-limits.historyMax))
      operations.push(key.put(numberText(++number), value));
    for (const { name, value } of entries) if (value !== undefined) operations.push(key.delete(name));
    for (let at = 0; at < operations.length; at += limits.operationsPerWriteMax) {
      await store.transact([], operations.slice(at, at + limits.operationsPerWriteMax));
    }
    await this.#read(family);
    const now = this.#present.get(family);
    if (now === undefined || present === undefined) return;
    const { lastSeenMs, writtenAtMonotonicMs } = present;
    this.#present.set(family, { ...now, lastSeenMs, writtenAtMonotonicMs });
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => undefined);
    return result;
  }

  async #list(family: AddressFamily, atMs: number | undefined, limit = Infinity): Promise<PastAddressView[]> {
    const present = this.#present.get(family);
    const views: PastAddressView[] = [];
    for (const { name, value } of await this.#entries(family)) {
      if (value === undefined) continue;
      const { address, fromMs, untilMs, seenBy } = value;
      const isPresent = present?.value !== undefined && numberText(present.number) === name;
      if (atMs !== undefined && (atMs < (fromMs ?? -Infinity) || atMs >= (untilMs ?? Infinity))) continue;
      const lastSeenMs = isPresent ? present.lastSeenMs : value.lastSeenMs;
      views.push({ family, address, fromMs, untilMs, lastSeenMs, isPresent, seenBy });
      if (views.length >= limit) break;
    }
    return views;
  }

  /** Newest first; those that this version cannot read have no value, and are left alone. */
  async #entries(family: AddressFamily): Promise<{ name: string; value: AddressValue | undefined }[]> {
    const { prefix } = addressKey(family);
    const entries = await this.#ports.store.list(prefix, { backwards: true });
    return entries.map(({ key, value }) => ({ name: key.slice(prefix.length), value: read(family, value) }));
  }

  async #read(family: AddressFamily): Promise<void> {
    const { prefix } = addressKey(family);
    const [last] = await this.#ports.store.list(prefix, { backwards: true, limit: 1 });
    if (last === undefined) return;
    const value = read(family, last.value);
    const number = Number(last.key.slice(prefix.length));
    if (value === undefined)
      this.#ports.log.warn(
        { key: last.key },
        `the last ${family} address of the site was written by another version, and counts as unknown`,
      );
    const lastSeenMs = value?.lastSeenMs ?? value?.fromMs ?? 0;
    // What is over, or was imported, is no present address
    const isPresent = value !== undefined && value.untilMs === undefined && value.fromMs !== undefined;
    this.#present.set(family, {
      number,
      value: isPresent ? value : undefined,
      lastSeenMs,
      writtenAtMonotonicMs: undefined,
    });
  }

  async #write(family: AddressFamily, present: Present, value: AddressValue): Promise<void> {
    try {
      await this.#ports.store.transact([], [addressKey(family).put(numberText(present.number), value)]);
      const { number, lastSeenMs } = present;
      this.#present.set(family, { number, value, lastSeenMs, writtenAtMonotonicMs: undefined });
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      this.#ports.log.warn(
        { code: error.code },
        `when the address was last seen is not written: ${error.message}`,
      );
    }
  }
}

/** The newer first; those of one family stay in their order, whatever the clock was when they came. */
function merged(
  one: readonly PastAddressView[],
  other: readonly PastAddressView[],
): readonly PastAddressView[] {
  const left = [...one];
  const right = [...other];
  const all: PastAddressView[] = [];
  for (;;) {
    const [first] = left;
    const [second] = right;
    if (first === undefined || second === undefined) return [...all, ...left, ...right];
    all.push((first.fromMs ?? 0) >= (second.fromMs ?? 0) ? left.shift()! : right.shift()!);
  }
}

function read(family: AddressFamily, value: unknown): AddressValue | undefined {
  try {
    return addressKey(family).parse(value);
  } catch {
    return undefined;
  }
}
