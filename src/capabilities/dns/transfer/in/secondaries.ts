/**
 * All zones that are copied from other servers. `secondary-zone.ts` decides for each what is to be done; here
 * it is done: primaries are asked, zones fetched in a thread, handed to the host, and what must survive a
 * restart is written down.
 */
import type { Log } from "#contracts/log.ts";
import type { Store } from "#contracts/store.ts";
import type { Clock } from "#platform/clock/clock.ts";
import type { Keyring, TsigKey } from "#platform/tsig/key.ts";
import { lowerName, type Name, nameToText } from "#protocols/dns/name.ts";
import type { AddressMatch } from "../../address-match.ts";
import type { Author, ChangeSet } from "../../journal/change-set.ts";
import { zoneKey } from "../../journal/zone-key.ts";
import { type ServerAddress, serverText } from "../../server-address.ts";
import type { ZoneImage } from "../../zones/image.ts";
import type { ZoneBounds } from "./arrived-zone.ts";
import { CopyCounters } from "./counters.ts";
import { limits } from "./limits.ts";
import { type KnownZone, recordName, SecondaryMemory, type SecondaryStatus } from "./secondary-memory.ts";
import type { SecondaryRecord } from "./secondary-record.ts";
import type { SecondaryEffect, SecondaryEvent, SecondaryState } from "./secondary-state.ts";
import { newSecondary, step } from "./secondary-zone.ts";
import type { SerialQuery } from "./serial-query.ts";
import { type SoaTimers, timersIn, timersOf } from "./soa-timers.ts";
import { TransferFault, type TransferFaultCode } from "./transfer-fault.ts";
import { TransferQueue } from "./transfer-queue.ts";
import type { TransferFailure, TransferRequest, TransferResult, TransferTally } from "./transfer-request.ts";

export interface SecondaryZone {
  readonly name: Name;
  /** Asked in this order. */
  readonly primaries: readonly ServerAddress[];
  /** Who, besides them, may say that the copy is out of date. */
  readonly allowNotify: AddressMatch;
  readonly bounds: ZoneBounds;
}

/** Whoever keeps and serves the content of zones. */
export interface SecondaryHost {
  image(zone: Name): ZoneImage | undefined;
  takeChangeSets(zone: Name, author: Author, sets: readonly ChangeSet[]): Promise<void>;
  replace(zone: Name, author: Author, image: ZoneImage): Promise<void>;
  /** The content is too old to be served any longer. RFC 1034 §4.3.5. */
  expire(zone: Name): void;
}

export interface SecondariesPorts {
  readonly host: SecondaryHost;
  readonly store: Store;
  readonly clock: Clock;
  /** From 0 up to 1. */
  readonly random: () => number;
  readonly log: Log;
  readonly keyring: () => Keyring;
  readonly transfers: {
    /** Rejects with TransferFault. */
    askSerial(query: SerialQuery): Promise<number>;
    transfer(request: TransferRequest): Promise<TransferResult>;
  };
}

interface Entry extends KnownZone {
  zone: SecondaryZone;
  state: SecondaryState;
  /** Was taken out, or its primaries changed: what comes back is for nobody. */
  gone: boolean;
}

export class Secondaries implements AsyncDisposable {
  readonly counters = new CopyCounters();
  private readonly ports: SecondariesPorts;
  private readonly queue: TransferQueue;
  /** By name in lower case. */
  private readonly entries = new Map<Name, Entry>();
  private ticking: Disposable | undefined;
  private readonly memory: SecondaryMemory;
  private closed = false;

  constructor(ports: SecondariesPorts) {
    this.ports = ports;
    this.memory = new SecondaryMemory(ports);
    this.queue = new TransferQueue(ports.clock.monotonicMs());
  }

  /** The zones from now on. Those that were there before go on. */
  async configure(zones: readonly SecondaryZone[]): Promise<void> {
    const wanted = new Map(zones.map((zone) => [lowerName(zone.name), zone]));
    for (const [name, entry] of this.entries) if (!wanted.has(name)) this.remove(name, entry);
    const fresh = zones.filter(({ name }) => !this.entries.has(lowerName(name)));
    const records = fresh.length === 0 ? new Map<string, SecondaryRecord>() : await this.memory.records();
    if (this.closed) return;
    for (const [name, zone] of wanted) {
      const entry = this.entries.get(name);
      if (entry === undefined) this.add(name, zone, records.get(zoneKey(name)) ?? {});
      else this.change(name, entry, zone);
    }
    this.ticking?.[Symbol.dispose]();
    this.ticking = this.entries.size === 0 ? undefined : this.everyTick();
    this.tick();
  }

  /** Transfers under way, and those that wait for their turn. */
  get load(): { readonly running: number; readonly waiting: number } {
    return this.queue.load;
  }

  /** Zones of which a primary is being asked for the serial number. */
  get askingCount(): number {
    return [...this.entries.values()].filter((entry) => this.memory.statusOf(entry).state === "asking")
      .length;
  }

  zone(name: Name): SecondaryZone | undefined {
    return this.entries.get(lowerName(name))?.zone;
  }

  status(name: Name): SecondaryStatus | undefined {
    const entry = this.entries.get(lowerName(name));
    return entry === undefined ? undefined : this.memory.statusOf(entry);
  }

  /** `rndc refresh`: looks now. False: there is no such zone. */
  refresh(name: Name): boolean {
    return this.onZone(name, { on: "refresh" });
  }

  /** `rndc retransfer`: fetches all of it, whatever its serial number. False: there is no such zone. */
  retransfer(name: Name): boolean {
    return this.onZone(name, { on: "retransfer" });
  }

  /** A NOTIFY that may be heeded. `primary`: its number, -1 for another sender. */
  notified(name: Name, primary: number, serial: number | undefined): boolean {
    return this.onZone(name, { on: "notify", primary, serial });
  }

  /** Writes what is known; what is under way comes to nothing. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    this.ticking?.[Symbol.dispose]();
    for (const entry of this.entries.values()) {
      if (this.memory.confirmedLater(entry) > 0) this.memory.save(entry);
      entry.gone = true;
    }
    await this.memory.settled();
  }

  private onZone(name: Name, event: SecondaryEvent): boolean {
    const entry = this.entries.get(lowerName(name));
    if (entry === undefined || this.closed) return false;
    this.on(entry, event);
    return true;
  }

  private everyTick(): Disposable {
    return this.ports.clock.every(limits.tickMs, () => this.tick());
  }

  private tick(): void {
    const nowMs = this.ports.clock.monotonicMs();
    for (const entry of this.entries.values()) {
      const { state } = entry;
      if (nowMs >= state.dueMs || nowMs >= state.expiresMs) this.on(entry, { on: "tick" });
    }
    this.queue.drain(nowMs);
  }

  private on(entry: Entry, event: SecondaryEvent): void {
    if (entry.gone || this.closed) return;
    const moment = { nowMs: this.ports.clock.monotonicMs(), random: this.ports.random() };
    const { state, effects } = step(entry.state, event, moment);
    entry.state = state;
    for (const effect of effects) this.act(entry, effect);
  }

  private act(entry: Entry, effect: SecondaryEffect): void {
    const { log, clock, host } = this.ports;
    const zone = recordName(entry.zone.name);
    switch (effect.do) {
      case "ask":
        this.queue.ask(() => void this.ask(entry, effect.primary), effect.urgent, clock.monotonicMs());
        return;
      case "transfer":
        this.queue.transfer(serverText(entry.zone.primaries[effect.primary]!), () =>
          this.transfer(entry, effect),
        );
        return;
      case "confirm":
        if (this.memory.isWorthSaving(entry)) this.memory.save(entry);
        return;
      case "expire":
        log.error({ zone }, "no primary has confirmed the zone for too long; it is not served any longer");
        host.expire(entry.zone.name);
        this.memory.save(entry);
        return;
      case "tell-whole": {
        const { primary, code, sentence } = effect.error;
        const facts = { zone, primary: this.memory.primaryText(entry, primary), code };
        log.info(facts, `asking for the whole zone: asked for what changed, the primary ${sentence}`);
        return;
      }
      case "tell-failure":
        log.warn(
          { zone, primary: this.memory.primaryText(entry, effect.error.primary), code: effect.error.code },
          `the zone was not copied: the primary ${effect.error.sentence}`,
        );
        this.memory.save(entry);
    }
  }

  private async ask(entry: Entry, primary: number): Promise<void> {
    if (entry.gone) return;
    this.counters.asked++;
    try {
      const { server, key } = this.signedServer(entry, primary);
      const serial = await this.ports.transfers.askSerial({ zone: entry.zone.name, server, key });
      this.on(entry, { on: "serial", serial });
    } catch (error) {
      this.counters.askedInVain++;
      this.on(entry, { on: "failed", failure: failureOf(error, false) });
    }
  }

  private async transfer(entry: Entry, effect: SecondaryEffect & { readonly do: "transfer" }): Promise<void> {
    if (entry.gone || this.closed) return;
    const { zone } = entry;
    try {
      const { server, key } = this.signedServer(entry, effect.primary);
      const image = entry.state.timers === undefined ? undefined : this.ports.host.image(zone.name);
      const result = await this.ports.transfers.transfer({
        zone: zone.name,
        server,
        key,
        present: image === undefined ? undefined : { buffer: image.buffer },
        incremental: effect.incremental,
        anySerial: effect.anySerial,
        bounds: zone.bounds,
      });
      await this.take(entry, server, result);
    } catch (error) {
      const failure = failureOf(error, effect.incremental);
      this.counters.fail(failure.why);
      this.on(entry, { on: "failed", failure });
    }
  }

  private async take(entry: Entry, server: ServerAddress, result: TransferResult): Promise<void> {
    if (entry.gone || this.closed) return;
    const { host } = this.ports;
    const { name } = entry.zone;
    const author: Author = { kind: "transfer", name: serverText(server) };
    switch (result.kind) {
      case "failed":
        this.counters.fail(result.why);
        this.on(entry, { on: "failed", failure: result });
        return;
      case "current":
        this.counters.current++;
        this.on(entry, { on: "current" });
        return;
      case "sets":
        this.on(entry, { on: "arrived" });
        await host.takeChangeSets(name, author, result.sets);
        this.counters.take("differences", result.tally);
        this.taken(entry, author, timersIn(result.sets.at(-1)!.added[0]!.rdata), result.tally);
        return;
      case "zone":
        this.on(entry, { on: "arrived" });
        await host.replace(name, author, result.image);
        this.counters.take("whole", result.tally);
        this.taken(entry, author, timersOf(result.image), result.tally);
    }
  }

  private taken(entry: Entry, { name: primary }: Author, timers: SoaTimers, tally: TransferTally): void {
    const { records, octets, outside } = tally;
    const facts = { zone: recordName(entry.zone.name), primary, serial: timers.serial, records, octets };
    const elapsedMs = Math.round(tally.elapsedMs);
    if (outside > 0)
      this.ports.log.warn({ ...facts, outside }, "left out records that do not lie in the zone");
    this.ports.log.info({ ...facts, elapsedMs }, "copied the zone");
    this.on(entry, { on: "taken", timers });
  }

  /** @throws TransferFault: there is no such key */
  private signedServer(
    { zone }: Entry,
    primary: number,
  ): { readonly server: ServerAddress; readonly key: TsigKey | undefined } {
    const server = zone.primaries[primary]!;
    if (server.key === undefined) return { server, key: undefined };
    const key = this.ports.keyring().get(server.key);
    if (key !== undefined) return { server, key };
    throw new TransferFault(
      "no-key",
      `is to be asked with the key ${nameToText(server.key)}, which is not there`,
    );
  }

  private add(name: Name, zone: SecondaryZone, record: SecondaryRecord): void {
    const { clock, host, random } = this.ports;
    const image = host.image(zone.name);
    const { expiresAtMs, confirmedAtMs } = record;
    const nowMs = clock.monotonicMs();
    const state = newSecondary(
      {
        primaries: zone.primaries.length,
        ...(image === undefined ? {} : { timers: timersOf(image) }),
        ...(expiresAtMs === undefined ? {} : { expiresInMs: Math.max(0, expiresAtMs - clock.nowMs()) }),
      },
      { nowMs, random: random() },
    );
    const confirmedMs = confirmedAtMs === undefined ? undefined : nowMs - (clock.nowMs() - confirmedAtMs);
    this.entries.set(name, { zone, state: { ...state, confirmedMs }, record, gone: false });
  }

  private change(name: Name, entry: Entry, zone: SecondaryZone): void {
    const isSame = JSON.stringify(entry.zone.primaries) === JSON.stringify(zone.primaries);
    const { state, record } = entry;
    if (isSame) {
      entry.zone = zone;
      return;
    }
    entry.gone = true;
    const moment = { nowMs: this.ports.clock.monotonicMs(), random: 0 };
    const fresh = newSecondary({ primaries: zone.primaries.length }, moment);
    const { timers, isExpired, expiresMs, confirmedMs, checkedMs } = state;
    const carried = { ...fresh, timers, isExpired, expiresMs, confirmedMs, checkedMs };
    this.entries.set(name, { zone, state: carried, record, gone: false });
  }

  private remove(name: Name, entry: Entry): void {
    entry.gone = true;
    this.entries.delete(name);
    this.memory.forget(name);
  }
}

function failureOf(error: unknown, incremental: boolean): TransferFailure {
  const isFault = error instanceof TransferFault;
  const why: TransferFaultCode = isFault ? error.code : "internal";
  const sentence = isFault ? error.message : `'s zone could not be taken: ${String(error)}`;
  return {
    kind: "failed",
    why,
    sentence,
    retryable: true,
    // What the host does not take as a change it may take as a whole
    notIncremental: incremental && !isFault,
    noIncrementalHere: false,
  };
}
