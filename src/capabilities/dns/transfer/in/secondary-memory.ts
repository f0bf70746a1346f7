/** What is known of copied zones: for people, and in the store for the next start. */
import type { Log } from "#contracts/log.ts";
import type { Store } from "#contracts/store.ts";
import type { Clock } from "#platform/clock/clock.ts";
import { lowerName, type Name } from "#protocols/dns/name.ts";
import { zoneKey } from "../../journal/zone-key.ts";
import { type ServerAddress, serverText } from "../../server-address.ts";
import { zoneText } from "../../zones/zone-set.ts";
import { limits } from "./limits.ts";
import { type SecondaryRecord, secondaryRecords } from "./secondary-record.ts";
import type { SecondaryState } from "./secondary-state.ts";

/** For people. Times are milliseconds since 1970. */
export interface SecondaryStatus {
  readonly state: /** Served, and as the primary has it as far as we know. */
    | "current"
    | "asking"
    | "transferring"
    /** There is no content yet. */
    | "empty"
    | "expired";
  readonly serial: number | undefined;
  /** That was asked last. */
  readonly primary: string;
  readonly checkedAtMs: number | undefined;
  readonly confirmedAtMs: number | undefined;
  /** Undefined while one is under way. */
  readonly nextCheckAtMs: number | undefined;
  readonly expiresAtMs: number | undefined;
  readonly error: SecondaryRecord["error"];
}

/** What this looks at of a zone. */
export interface KnownZone {
  readonly zone: { readonly name: Name; readonly primaries: readonly ServerAddress[] };
  readonly state: SecondaryState;
  /** As it stands in the store. */
  record: SecondaryRecord;
}

export interface SecondaryMemoryPorts {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
}

export class SecondaryMemory {
  private readonly ports: SecondaryMemoryPorts;
  private readonly writes = new Set<Promise<void>>();

  constructor(ports: SecondaryMemoryPorts) {
    this.ports = ports;
  }

  async records(): Promise<ReadonlyMap<string, SecondaryRecord>> {
    const list = await secondaryRecords.list(this.ports.store);
    return new Map(list.map(({ name, value }) => [name, value]));
  }

  /** Rarely: a restart that knows of an earlier confirmation does no harm. */
  isWorthSaving(entry: KnownZone): boolean {
    const { record, state } = entry;
    if (record.error !== undefined || record.serial !== state.timers?.serial) return true;
    const expireMs = state.timers?.expireMs ?? 0;
    return this.confirmedLater(entry) > Math.min(expireMs * limits.saveShare, limits.saveMsMax);
  }

  /** By how much the last confirmation is later than the store says, in milliseconds. */
  confirmedLater({ state, record }: KnownZone): number {
    const { confirmedMs } = state;
    if (confirmedMs === undefined) return 0;
    return this.wallMs(confirmedMs) - (record.confirmedAtMs ?? Number.NEGATIVE_INFINITY);
  }

  save(entry: KnownZone): void {
    const { serial, confirmedAtMs, expiresAtMs, error } = this.statusOf(entry);
    entry.record = Object.fromEntries(
      Object.entries({ serial, confirmedAtMs, expiresAtMs, error }).filter(
        ([, value]) => value !== undefined,
      ),
    ) as SecondaryRecord;
    this.write([secondaryRecords.put(zoneKey(entry.zone.name), entry.record)]);
  }

  /** Beside the work: a full disk must not keep zones from being copied. */
  private write(operations: Parameters<Store["transact"]>[1]): void {
    const { store, log } = this.ports;
    const written = store.transact([], operations).then(
      () => undefined,
      (error: unknown) =>
        log.warn({ error: String(error) }, "what is known of a copied zone was not written"),
    );
    this.writes.add(written);
    void written.finally(() => this.writes.delete(written));
  }

  statusOf(entry: KnownZone): SecondaryStatus {
    const { state } = entry;
    const { timers, phase, checkedMs, confirmedMs, expiresMs } = state;
    const resting = state.isExpired ? "expired" : timers === undefined ? "empty" : "current";
    return {
      state: phase === "resting" ? resting : phase === "taking" ? "transferring" : phase,
      serial: timers?.serial,
      primary: this.primaryText(entry, state.primary),
      checkedAtMs: checkedMs === undefined ? undefined : this.wallMs(checkedMs),
      confirmedAtMs: confirmedMs === undefined ? undefined : this.wallMs(confirmedMs),
      nextCheckAtMs: phase === "resting" ? this.wallMs(state.dueMs) : undefined,
      expiresAtMs: timers === undefined ? undefined : this.wallMs(expiresMs),
      error: this.errorOf(entry),
    };
  }

  /** That of before the start, until a check has had another outcome. */
  private errorOf(entry: KnownZone): SecondaryRecord["error"] {
    const { error, checkedMs } = entry.state;
    if (error === undefined) return checkedMs === undefined ? entry.record.error : undefined;
    const { atMs, primary, code, sentence } = error;
    return { atMs: this.wallMs(atMs), primary: this.primaryText(entry, primary), code, sentence };
  }

  primaryText({ zone }: KnownZone, primary: number): string {
    const server = zone.primaries[primary];
    return server === undefined ? "" : serverText(server);
  }

  /** Milliseconds since 1970 of a moment of the clock that never goes back. */
  private wallMs(monotonicMs: number): number {
    const { clock } = this.ports;
    return Math.round(clock.nowMs() - clock.monotonicMs() + monotonicMs);
  }
  forget(name: Name): void {
    this.write([secondaryRecords.delete(zoneKey(name))]);
  }

  /** Resolves when all is written. */
  async settled(): Promise<void> {
    await Promise.all(this.writes);
  }
}

/** Name of a zone in the log. */
export function recordName(name: Name): string {
  return zoneText(lowerName(name));
}
