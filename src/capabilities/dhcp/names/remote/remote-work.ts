/**
 * Does what is to be done at other servers: each name by itself, zones beside one another, until it is done.
 */
import type { ConfigProblem } from "#contracts/configuration.ts";
import { StoreError } from "#contracts/store.ts";
import { ExchangeFault, type ExchangePorts, exchangeUpdate } from "#platform/dns-query/update-exchange.ts";
import { nameToText, parseName } from "#protocols/dns/name.ts";
import { reverseName } from "#protocols/dns/reverse-name.ts";
import { nameText } from "../owner.ts";
import { remoteLimits } from "./limits.ts";
import type { RemoteNamesPorts } from "./remote-names.ts";
import { doTask } from "./remote-task.ts";
import {
  adding,
  after,
  isDone,
  type RemoteTask,
  type RemoteValue,
  remoteKey,
  tasksOf,
} from "./remote-value.ts";
import { type RemoteZone, remoteZoneOf } from "./remote-zones.ts";
import { UpdateRefused } from "./update-sequences.ts";
import { ZoneLane } from "./zone-lane.ts";

/** What went wrong with a name last. */
interface Trouble {
  readonly failures: number;
  readonly problem: string;
  readonly atMs: number;
}

export class RemoteWork implements AsyncDisposable {
  readonly #values: Map<string, RemoteValue>;
  readonly #ports: RemoteNamesPorts;
  readonly #exchange: ExchangePorts;
  readonly #abort = new AbortController();
  readonly #ticks: Disposable;
  readonly #lanes = new Map<string, ZoneLane>();
  #zones: readonly RemoteZone[];
  /** Names whose turn it is, in order. */
  readonly #ready = new Set<string>();
  /** Names that wait, and until when. */
  readonly #later = new Map<string, number>();
  readonly #working = new Map<string, Promise<void>>();
  readonly #troubles = new Map<string, Trouble>();

  constructor(values: Map<string, RemoteValue>, zones: readonly RemoteZone[], ports: RemoteNamesPorts) {
    const { clock, askUdp, askTcp, randomId } = ports;
    this.#values = values;
    this.#zones = zones;
    this.#ports = ports;
    const { signal } = this.#abort;
    this.#exchange = { askUdp, askTcp, randomId, nowMs: () => clock.nowMs(), signal };
    this.#ticks = clock.every(remoteLimits.tickMs, () => this.#wake());
  }

  get size(): number {
    return this.#ready.size + this.#later.size + this.#working.size;
  }

  use(zones: readonly RemoteZone[]): void {
    this.#zones = zones;
    this.#lanes.clear();
    for (const name of this.#later.keys()) this.add(name);
  }

  /** There is, or may be, something to do for the name. */
  add(name: string): void {
    if (this.#abort.signal.aborted || this.#working.has(name)) return;
    this.#later.delete(name);
    this.#troubles.delete(name);
    const value = this.#values.get(name);
    if (value === undefined || isDone(value)) this.#ready.delete(name);
    else this.#ready.add(name);
    this.#begin();
  }

  /** Something is being said of the name to a server right now. */
  isAtWork(name: string): boolean {
    return this.#working.has(name);
  }

  /** The other owner may have gone. */
  tryConflictAgain(name: string): void {
    const value = this.#values.get(name);
    const triedAtMs = this.#troubles.get(name)?.atMs ?? -Infinity;
    if (value?.forward !== "conflict" || this.#nowMs() - triedAtMs < remoteLimits.conflictRetryMs) return;
    this.#values.set(name, { ...value, forward: "pending" });
    this.add(name);
  }

  problemOf(name: string, value: RemoteValue): string | undefined {
    const trouble = this.#troubles.get(name)?.problem;
    if (trouble !== undefined) return trouble;
    const zone = remoteZoneOf(this.#zones, parseName(name));
    if (value.forward === "conflict") return conflictText(name, zone);
    const blocked = tasksOf(value).map((task) => this.#zoneOf(name, task));
    return blocked.map((one) => one && this.#laneOf(one).problem).find((problem) => problem !== undefined);
  }

  get problems(): readonly ConfigProblem[] {
    return this.#zones.flatMap((zone) => {
      const { problem, problemSinceMs } = this.#laneOf(zone);
      if (problem === undefined) return [];
      const since = new Date(problemSinceMs).toISOString().slice(0, 16).replace("T", " ");
      return {
        severity: "warning",
        path: zone.path,
        what: `names of clients do not get into ${nameToText(zone.zone)} since ${since} UTC: ${problem}`,
        remedy: "let the server run and take updates with this key; they are tried again until it does",
      };
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ticks[Symbol.dispose]();
    this.#abort.abort();
    await Promise.all(this.#working.values());
  }

  #wake(): void {
    const now = this.#nowMs();
    for (const [name, atMs] of this.#later) {
      if (atMs > now) continue;
      this.#later.delete(name);
      this.#ready.add(name);
    }
    this.#begin();
  }

  #begin(): void {
    for (const name of this.#ready) {
      if (this.#working.size >= remoteLimits.workersMax) return;
      this.#ready.delete(name);
      this.#working.set(name, this.#workAt(name));
    }
  }

  async #workAt(name: string): Promise<void> {
    let againAtMs = Number.POSITIVE_INFINITY;
    const failed = new Set<RemoteZone | undefined>();
    try {
      while (!this.#abort.signal.aborted) {
        const value = this.#values.get(name);
        const task = value && tasksOf(value).find((one) => !failed.has(this.#zoneOf(name, one)));
        if (task === undefined) break;
        const zone = this.#zoneOf(name, task);
        const atMs = await this.#tryTask(name, task, zone);
        if (atMs === undefined) continue;
        failed.add(zone);
        againAtMs = Math.min(againAtMs, atMs);
      }
    } finally {
      this.#working.delete(name);
    }
    const value = this.#values.get(name);
    if (value !== undefined && !isDone(value)) this.#later.set(name, againAtMs);
    else if (value?.forward !== "conflict") this.#troubles.delete(name);
    if (!this.#abort.signal.aborted) this.#begin();
  }

  /** Resolves with when to try again; undefined: it is done. */
  async #tryTask(name: string, task: RemoteTask, zone: RemoteZone | undefined): Promise<number | undefined> {
    // The site file does not have the zone any more, so that there is nobody to tell
    if (zone === undefined) return this.#save(name, (value) => after(value, task, "done"));
    const lane = this.#laneOf(zone);
    if (lane.pauseMs(this.#nowMs()) === 0) await lane.enter();
    else return this.#nowMs() + lane.pauseMs(this.#nowMs());
    const pauseMs = lane.pauseMs(this.#nowMs());
    if (pauseMs > 0 || this.#abort.signal.aborted) {
      lane.leave();
      return this.#nowMs() + pauseMs;
    }
    let outcome: "done" | "conflict";
    try {
      outcome = await doTask(task, name, {
        send: (update) => exchangeUpdate(zone, update, this.#exchange),
        onAdding: async () => {
          const atMs = await this.#save(name, (value) => adding(value, task.host));
          if (atMs !== undefined) throw new NotSaved(atMs);
        },
      });
    } catch (error) {
      return this.#failed(name, zone, lane, error);
    }
    if (lane.succeed()) this.#ports.log.info({ zone: zone.title }, `${placeText(zone)} takes names again`);
    if (outcome === "conflict") this.#note(name, conflictText(name, zone));
    return this.#save(name, (value) => after(value, task, outcome));
  }

  #failed(name: string, zone: RemoteZone, lane: ZoneLane, error: unknown): number {
    if (this.#abort.signal.aborted || error instanceof NotSaved) {
      lane.leave();
      return error instanceof NotSaved ? error.againAtMs : Number.POSITIVE_INFINITY;
    }
    if (!(error instanceof ExchangeFault || error instanceof UpdateRefused)) throw error;
    const problem = `${placeText(zone)} ${error.message}`;
    const now = { monotonicMs: this.#nowMs(), wallMs: this.#ports.clock.nowMs() };
    const isRefused = error instanceof UpdateRefused;
    if (isRefused ? lane.refuse(problem, now) : lane.fail(problem, now))
      this.#ports.log.warn({ zone: nameToText(zone.zone) }, `names of clients have to wait: ${problem}`);
    if (isRefused) return this.#note(name, problem);
    return this.#nowMs() + lane.pauseMs(this.#nowMs());
  }

  /** Returns when to try again. */
  #note(name: string, problem: string): number {
    const failures = this.#troubles.get(name)?.failures ?? 0;
    const { retryMsMin, retryMsMax } = remoteLimits;
    this.#troubles.set(name, { failures: failures + 1, problem, atMs: this.#nowMs() });
    return this.#nowMs() + Math.min(retryMsMin * 2 ** failures, retryMsMax);
  }

  /**
   * What is wished may be written anew at any time: what was done counts for what the store has then.
   * Resolves with when to try again; undefined: it is written, or there is nothing to write.
   */
  async #save(
    name: string,
    change: (value: RemoteValue) => RemoteValue | undefined,
  ): Promise<number | undefined> {
    const { store } = this.#ports;
    try {
      for (;;) {
        const entry = await remoteKey.get(store, name);
        const next = entry && change(entry.value);
        if (next === undefined) {
          this.#keep(name, entry?.value);
          return undefined;
        }
        const isOver = next.want === undefined && next.leftovers.length === 0;
        const { committed } = await store.transact(
          [{ key: remoteKey.key(name), modifyRevision: entry!.modifyRevision }],
          [isOver ? remoteKey.delete(name) : remoteKey.put(name, next)],
        );
        if (!committed) continue;
        this.#keep(name, isOver ? undefined : next);
        return undefined;
      }
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      return this.#note(name, `what was done for ${nameText(name)} cannot be written: ${error.message}`);
    }
  }

  #keep(name: string, value: RemoteValue | undefined): void {
    if (value === undefined) this.#values.delete(name);
    else this.#values.set(name, value);
  }

  #zoneOf(name: string, task: RemoteTask): RemoteZone | undefined {
    const isForward = task.do === "add-forward" || task.do === "remove-forward";
    return remoteZoneOf(this.#zones, isForward ? parseName(name) : reverseName(task.host.address)!);
  }

  #laneOf({ path }: RemoteZone): ZoneLane {
    const lane = this.#lanes.get(path) ?? new ZoneLane();
    this.#lanes.set(path, lane);
    return lane;
  }

  #nowMs(): number {
    return this.#ports.clock.monotonicMs();
  }
}

/** The store did not take that an address is going to be added. */
class NotSaved extends Error {
  readonly againAtMs: number;

  constructor(againAtMs: number) {
    super("not saved");
    this.againAtMs = againAtMs;
  }
}

function placeText({ title }: RemoteZone): string {
  return `the server ${title}`;
}

function conflictText(name: string, zone: RemoteZone | undefined): string {
  return `${nameText(name)} is another owner's at ${zone === undefined ? "another server" : placeText(zone)}`;
}
