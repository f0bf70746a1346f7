/**
 * The names that hosts publish, as records of this server's own zones. What a name has is decided when its
 * zones' turn comes, so that nothing comes between; whose it is stands in the store, and becomes durable
 * with the records.
 *
 * Only records that the registry put into a zone, and that are still as it put them there, are its own.
 * What somebody else removed comes back with the next publication; what somebody else wrote in its place is
 * theirs, and is never written over, added to or taken away.
 */
import type {
  NameRegistry,
  PublishedHost,
  PublishOptions,
  PublishOutcome,
  RegistryEntry,
} from "#contracts/name-registry.ts";
import { type Store, StoreError, type StoreOperation } from "#contracts/store.ts";
import { checkTransaction } from "#platform/store/checked-transaction.ts";
import { lowerName, type Name, nameToText } from "#protocols/dns/name.ts";
import type { Author } from "../journal/change-set.ts";
import { zoneKey } from "../journal/zone-key.ts";
import { ZoneUnchangeableError, type ZoneWriter } from "../journal/zone-writer.ts";
import { type DecisionInHand, decideTogether } from "./joint-decision.ts";
import { registryLimits } from "./limits.ts";
import { NameTurns } from "./name-turns.ts";
import { InvalidHostError, type ParsedHost, parseHost, parsePublishedName } from "./parsed-host.ts";
import { planPublish } from "./plan-publish.ts";
import { planWithdraw } from "./plan-withdraw.ts";
import {
  type EntryValue,
  entries,
  entryOf,
  ownRecords,
  recordsOf,
  sameEntry,
  storedRecord,
} from "./registry-entry.ts";
import { reverseZoneOf } from "./reverse-place.ts";
import type { ZonesInHand } from "./zones-in-hand.ts";

export interface NameRegistryPorts {
  readonly writer: Pick<ZoneWriter, "changeTogether">;
  readonly store: Store;
  /**
   * The zone, among all that this server has, with the longest name that `name` lies in; undefined when
   * there is none, or when it is a copy of another server's.
   */
  readonly zoneOf: (name: Name) => Name | undefined;
  readonly nowMs: () => number;
}

interface Removal {
  readonly records: EntryValue["records"];
  readonly alongside?: readonly StoreOperation[];
}

export class NameRegistryProvider implements NameRegistry {
  private readonly ports: NameRegistryPorts;
  private readonly turns = new NameTurns();
  /** Keys of names that have records left to be removed. Undefined: the store was not looked through yet. */
  private leaving: Set<string> | undefined;

  constructor(ports: NameRegistryPorts) {
    this.ports = ports;
  }

  async publish(host: PublishedHost, options: PublishOptions = {}): Promise<PublishOutcome> {
    checkAlongside(options.alongside);
    try {
      const parsed = parseHost(host);
      if (this.turns.isFull) return refused("zone-unavailable", "too many names wait to be published");
      return await this.turns.take(lowerName(parsed.name), () => this.publishNow(parsed, options));
    } catch (error) {
      if (error instanceof InvalidHostError) return refused("invalid", error.message);
      if (!(error instanceof ZoneUnchangeableError)) throw error;
      return refused(error.why === "invalid" ? "invalid" : "zone-unavailable", error.message);
    }
  }

  async withdraw(
    name: string,
    owner: string,
    options: { readonly alongside?: readonly StoreOperation[] } = {},
  ): Promise<boolean> {
    checkAlongside(options.alongside);
    const parsed = nameOrNone(name);
    if (parsed === undefined) return false;
    if (this.turns.isFull) throw busy("too many names wait to be withdrawn");
    return this.turns.take(lowerName(parsed), async () => {
      const key = zoneKey(parsed);
      const entry = await this.entry(key);
      if (entry === undefined || entry.withdrawn || entry.owner !== owner) return false;
      const records = [...entry.records, ...entry.left];
      await this.remove(key, { ...entry, records: [], withdrawn: true }, { records, ...options });
      return true;
    });
  }

  async lookUp(name: string): Promise<RegistryEntry | undefined> {
    const parsed = nameOrNone(name);
    const entry = parsed && (await this.entry(zoneKey(parsed)));
    return entry === undefined || entry.withdrawn ? undefined : entryOf(entry);
  }

  async list(ownerPrefix: string): Promise<readonly RegistryEntry[]> {
    const found: RegistryEntry[] = [];
    for await (const { value } of this.all()) {
      if (!value.withdrawn && value.owner.startsWith(ownerPrefix)) found.push(entryOf(value));
    }
    return found;
  }

  /**
   * Removes what could not be removed when a host gave it up: to be called at the start, and when
   * zones that could not be changed can be. Resolves with how many names have records left. Rejects with
   * StoreError.
   */
  async settle(): Promise<number> {
    const leaving = await this.leavingKeys();
    for (const key of leaving) {
      const entry = await this.entry(key);
      const name = entry && nameOrNone(entry.name);
      if (name === undefined) leaving.delete(key);
      else await this.turns.take(lowerName(name), () => this.settleNow(key));
    }
    return leaving.size;
  }

  private async publishNow(host: ParsedHost, options: PublishOptions): Promise<PublishOutcome> {
    const { ports } = this;
    const key = zoneKey(host.name);
    const entry = await this.entry(key);
    const isTaken = entry !== undefined && !entry.withdrawn && entry.owner !== host.owner;
    if (isTaken) return taken(host.name, entry.owner);
    const before = recordsOf(entry);
    const isOwners = entry !== undefined && !entry.withdrawn;
    const likely = [
      ports.zoneOf(host.name),
      ...(host.reverse ? host.addresses.map(({ text }) => reverseZoneOf(text, ports.zoneOf)) : []),
      ...before.map(({ zone }) => ports.zoneOf(zone)),
    ].filter((zone) => zone !== undefined);
    let left = 0;
    const outcome = await decideTogether(ports, likely, authorOf(host.owner), (zones) => {
      const plan = planPublish({ host, before, isOwners, takeOver: options.takeOver }, zones);
      if (plan.do === "refuse") return { outcome: refused(plan.why, plan.sentence), alongside: [] };
      const value: EntryValue = {
        name: nameToText(host.name),
        owner: host.owner,
        addresses: host.addresses.map(({ text }) => text),
        ttl: host.ttl,
        publishedAtMs: ports.nowMs(),
        records: plan.records.map(storedRecord),
        left: plan.left.map(storedRecord),
      };
      const own = sameEntry(entry, value) ? [] : [entries.put(key, value)];
      left = plan.left.length;
      return {
        outcome: { published: true, changed: zones.isChanged, reverse: plan.reverse },
        alongside: [...(options.alongside ?? []), ...own],
      } satisfies DecisionInHand<PublishOutcome>;
    });
    if (outcome.published) this.note(key, left);
    return outcome;
  }

  private async settleNow(key: string): Promise<void> {
    const entry = await this.entry(key);
    if (entry === undefined || entry.left.length === 0) this.note(key, 0);
    else await this.remove(key, entry, { records: entry.left, alongside: [] });
  }

  /** `entry`: what becomes of it, but for what is left of these records. */
  private async remove(key: string, entry: EntryValue, { records, alongside = [] }: Removal): Promise<void> {
    const { ports } = this;
    const own = ownRecords(records);
    const zones = own.map(({ zone }) => ports.zoneOf(zone)).filter((zone) => zone !== undefined);
    const decide = (hand: ZonesInHand): DecisionInHand<number> => {
      const left = planWithdraw(own, hand).map(storedRecord);
      const isOver = entry.withdrawn === true && left.length === 0;
      const operation = isOver ? entries.delete(key) : entries.put(key, { ...entry, left });
      const isSame = left.length === entry.left.length && records === entry.left;
      return { outcome: left.length, alongside: isSame ? alongside : [...alongside, operation] };
    };
    try {
      this.note(key, await decideTogether(ports, zones, authorOf(entry.owner), decide));
    } catch (error) {
      if (error instanceof ZoneUnchangeableError && error.why === "busy") throw busy(error.message);
      throw error;
    }
  }

  private note(key: string, left: number): void {
    if (left === 0) this.leaving?.delete(key);
    else this.leaving?.add(key);
  }

  private async leavingKeys(): Promise<Set<string>> {
    if (this.leaving !== undefined) return this.leaving;
    const leaving = new Set<string>();
    this.leaving = leaving; // before it is complete, so that it hears of what is withdrawn meanwhile
    try {
      for await (const { key, value } of this.all()) if (value.left.length > 0) leaving.add(key);
    } catch (error) {
      this.leaving = undefined;
      throw error;
    }
    return leaving;
  }

  private async entry(key: string): Promise<EntryValue | undefined> {
    return (await entries.get(this.ports.store, key))?.value;
  }

  private async *all(): AsyncGenerator<{ readonly key: string; readonly value: EntryValue }> {
    const limit = registryLimits.entriesPerReadMax;
    for (let after: string | undefined; ; ) {
      const page = await this.ports.store.list(
        entries.prefix,
        after === undefined ? { limit } : { after, limit },
      );
      for (const { key, value } of page)
        yield { key: key.slice(entries.prefix.length), value: entries.parse(value) };
      if (page.length < limit) return;
      after = page.at(-1)!.key;
    }
  }
}

/** The history names the part of the program: what stands before the colon. */
function authorOf(owner: string): Author {
  return { kind: "capability", name: owner.split(":", 1)[0]! };
}

function nameOrNone(text: string): Name | undefined {
  try {
    return parsePublishedName(text);
  } catch (error) {
    if (error instanceof InvalidHostError) return undefined;
    throw error;
  }
}

/** What is wrong with one caller's operations must not fail those of others in the same transaction. */
function checkAlongside(operations: readonly StoreOperation[] = []): void {
  const { alongsideMax, alongsideOctetsMax } = registryLimits;
  const { writes } = checkTransaction([], operations);
  const octets = writes.reduce((sum, { json }) => sum + (json === null ? 0 : Buffer.byteLength(json)), 0);
  if (operations.length > alongsideMax || octets > alongsideOctetsMax)
    throw new StoreError(
      "HP_STORE_INVALID",
      `${operations.length} operations of ${octets} octets go along with a name; ${alongsideMax} of ${alongsideOctetsMax} are the most`,
    );
}

function taken(name: Name, owner: string): PublishOutcome {
  return { published: false, why: "taken", owner, sentence: `${nameToText(name)} is ${owner}'s` };
}

function refused(
  why: Exclude<Extract<PublishOutcome, { published: false }>["why"], "taken">,
  sentence: string,
): PublishOutcome {
  return { published: false, why, sentence };
}

function busy(sentence: string): StoreError {
  return new StoreError("HP_STORE_BUSY", sentence);
}
