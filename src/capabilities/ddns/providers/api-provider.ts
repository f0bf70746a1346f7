/**
 * Keeps records in an API of zones: finds the zones, reads what is there, and writes what differs.
 *
 * No record is deleted, none of another type is touched, and where several stand under one name and type
 * none is: which of them follows the site is for a person to say.
 */

import type { z } from "zod";
import { httpUrl } from "#platform/site/config-fields.ts";
import { zoneCandidates } from "./find-zone.ts";
import { endsCall, type Trouble, troubleOf } from "./http-outcome.ts";
import { KnownZones } from "./known-zones.ts";
import type {
  Provider,
  ProviderCall,
  ProviderDefinition,
  ProviderPorts,
  ProviderSettings,
  PublishResult,
  WantedRecord,
} from "./provider.ts";
import { changeOf } from "./record-change.ts";
import { writeChanges } from "./write-changes.ts";
import type { Ask, Change, Zone, ZoneApi } from "./zone-api.ts";
import { askerOf } from "./zone-requests.ts";

type Facts = Pick<
  ProviderDefinition,
  "type" | "title" | "settings" | "recordsPerCallMax" | "requestsPerHourMax"
> &
  Partial<ProviderDefinition>;

/** A provider with an API of zones: takes A and AAAA with a TTL, and keeps them for ever. */
export function apiDefinition(
  facts: Facts,
  api: (settings: ProviderSettings, ports: ProviderPorts) => ZoneApi,
): ProviderDefinition {
  return {
    types: ["A", "AAAA"],
    hasTtl: true,
    hasProxy: false,
    refreshDays: undefined,
    pauseSecondsMin: 0,
    isConfirmable: true,
    ...facts,
    open: (settings, ports) => openZoneApi(api(settings, ports)),
  };
}

/** The setting that has another server asked: one of the operator's own, or a proxy. */
export function serverField(standard: string): z.ZodOptional<typeof httpUrl> {
  return httpUrl.optional().describe(`URL of its API; default: ${standard}`);
}

/** Of settings that the schema let in, without a slash at its end. */
export function serverOf({ server }: ProviderSettings, standard: string): string {
  return (typeof server === "string" ? server : standard).replace(/\/+$/, "");
}

/** An account, which remembers its zones from call to call. */
export function openZoneApi(api: ZoneApi): Provider {
  const zones = new KnownZones();
  return { publish: (records, call) => new Publication(api, zones, call).publish(records) };
}

/** One call of `publish`. */
class Publication {
  readonly #api: ZoneApi;
  readonly #zones: KnownZones;
  readonly #call: ProviderCall;
  readonly #ask: Ask;
  readonly #results = new Map<WantedRecord, PublishResult>();
  /** Of an earlier call: they may be gone. */
  readonly #remembered: ReadonlySet<Zone>;
  /** Nothing more is asked for after it. */
  #end: Trouble | undefined;

  constructor(api: ZoneApi, zones: KnownZones, call: ProviderCall) {
    this.#api = api;
    this.#zones = zones;
    this.#call = call;
    this.#ask = askerOf(api, call);
    this.#remembered = new Set(zones.all(call.nowMs()));
  }

  async publish(records: readonly WantedRecord[]): Promise<readonly PublishResult[]> {
    await this.#publishAll(records);
    // A zone that was deleted and made anew has another id: it is looked for once more
    const left = records.filter((record) => !this.#results.has(record));
    if (left.length > 0) await this.#publishAll(left);
    return records.map((record) => this.#results.get(record)!);
  }

  async #publishAll(records: readonly WantedRecord[]): Promise<void> {
    const trouble = await this.#findZones(records);
    for (const [zone, wanted] of Map.groupBy(records, (record) => this.#zoneFor(record))) {
      if (this.#end !== undefined) this.#settle(wanted, this.#end);
      else if (zone !== undefined) await this.#publishIn(zone, wanted);
      else for (const record of wanted) this.#settle([record], trouble ?? this.#noZone(record));
    }
  }

  #zoneFor(record: WantedRecord): Zone | undefined {
    return this.#zones.zoneFor(record, this.#call.nowMs());
  }

  /** Those that are not known. */
  async #findZones(records: readonly WantedRecord[]): Promise<Trouble | undefined> {
    const api = this.#api;
    const nowMs = this.#call.nowMs();
    const unplaced = records.filter((record) => this.#zoneFor(record) === undefined);
    const isNamed = ({ zone }: WantedRecord): boolean => zone !== undefined && api.zone !== undefined;
    try {
      for (const name of new Set(unplaced.filter(isNamed).flatMap(zoneCandidates))) {
        const zone = await api.zone?.(this.#ask, name);
        this.#zones.learn(zone === undefined ? [] : [zone], [name], nowMs);
      }
      const names = [...new Set(unplaced.filter((record) => !isNamed(record)).flatMap(zoneCandidates))];
      if (names.length > 0) this.#zones.learn(await api.zones(this.#ask, names), names, nowMs);
      return undefined;
    } catch (error) {
      return this.#heard(troubleOf(error).trouble);
    }
  }

  #noZone({ name, zone }: WantedRecord): PublishResult {
    const what = zone === undefined ? `no zone that ${name} is in` : `no zone ${zone}`;
    const sentence = `${this.#api.dialect.title} shows ${what} to this account`;
    return { outcome: "refused", scope: "record", code: "no-zone", sentence };
  }

  async #publishIn(zone: Zone, wanted: readonly WantedRecord[]): Promise<void> {
    try {
      const names = [...new Set(wanted.map(({ name }) => name))];
      const found = await this.#api.records(this.#ask, zone, names);
      const changes: Change[] = [];
      for (const record of wanted) {
        const next = changeOf(record, found, zone, this.#api);
        if ("outcome" in next) this.#settle([record], next);
        else changes.push(next);
      }
      for (const [change, result] of await writeChanges(this.#api, this.#ask, zone, changes)) {
        this.#settle([change.wanted], result);
        if (result.outcome === "failed" || result.outcome === "refused") this.#heard(result);
      }
    } catch (error) {
      const { trouble, means } = troubleOf(error);
      this.#heard(trouble);
      const isGone = means === "missing";
      if (isGone) this.#zones.forget(zone);
      if (!(isGone && this.#remembered.has(zone))) this.#settle(wanted, trouble);
    }
  }

  /** Notes whether it ends the call. */
  #heard(trouble: Trouble): Trouble {
    if (endsCall(trouble)) this.#end = trouble;
    return trouble;
  }

  #settle(records: readonly WantedRecord[], result: PublishResult): void {
    for (const record of records) this.#results.set(record, result);
  }
}
