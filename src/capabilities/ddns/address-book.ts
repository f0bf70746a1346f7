/** What the API and the command line ask of the running capability, answered. */
import type { AddressFamily } from "#contracts/public-address.ts";
import type { DdnsControl, LookView, PastAddressView, RecordView } from "./control.ts";
import type { PlannedRecord } from "./publish/record-plan.ts";
import {
  familyViews,
  providerViews,
  recordsOfName,
  recordView,
  recordViews,
  type ViewParts,
} from "./views.ts";
import type { AddressHistory } from "./watch/address-history.ts";
import { families } from "./watch/address-watcher.ts";

export interface BookParts extends ViewParts {
  readonly history: AddressHistory;
}

export class AddressBook implements DdnsControl {
  readonly #parts: BookParts;

  constructor(parts: BookParts) {
    this.#parts = parts;
  }

  families() {
    return familyViews(this.#parts);
  }

  records() {
    return recordViews(this.#parts);
  }

  providers() {
    return providerViews(this.#parts);
  }

  history(question: {
    readonly family?: AddressFamily;
    readonly atMs?: number;
    readonly limit?: number;
  }): Promise<readonly PastAddressView[]> {
    return this.#parts.history.list(question);
  }

  importHistory(addresses: Parameters<DdnsControl["importHistory"]>[0], from: string): Promise<number> {
    return this.#parts.history.import(addresses, from);
  }

  async check(): Promise<readonly LookView[]> {
    const { watcher, publisher } = this.#parts;
    const looks = await Promise.all(
      families.filter((family) => watcher.isWatched(family)).map((family) => watcher.look(family, true)),
    );
    publisher.wake();
    return looks;
  }

  async update(name: string): Promise<readonly RecordView[] | undefined> {
    const records = this.#named(name);
    if (records === undefined) return undefined;
    await this.#parts.publisher.force(records);
    return this.#viewsOf(records);
  }

  async retry(name?: string): Promise<readonly RecordView[] | undefined> {
    const { publisher } = this.#parts;
    const named = name === undefined ? publisher.records : this.#named(name);
    if (named === undefined) return undefined;
    const records = named.filter((record) => this.#isHeldUp(record));
    await publisher.release(records);
    publisher.wake();
    await publisher.settledOf(records);
    return this.#viewsOf(records);
  }

  #isHeldUp(record: PlannedRecord): boolean {
    const one = this.#parts.publisher.caseOf(record);
    return one !== undefined && (one.isAccountStopped || one.value.failures > 0);
  }

  #named(name: string): readonly PlannedRecord[] | undefined {
    const records = recordsOfName(this.#parts.publisher.records, name);
    return records.length === 0 ? undefined : records;
  }

  #viewsOf(records: readonly PlannedRecord[]): readonly RecordView[] {
    return records.map((record) => recordView(record, this.#parts));
  }
}
