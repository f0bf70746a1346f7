/**
 * Names of leases in zones at other servers, by dynamic updates. What is wished becomes durable with the
 * lease and is done in the background, until it is done, across restarts; no client waits for it.
 */
import type { ConfigProblem } from "#contracts/configuration.ts";
import type { Log } from "#contracts/log.ts";
import { type Store, StoreError } from "#contracts/store.ts";
import type { Clock } from "#platform/clock/clock.ts";
import type { Ask } from "#platform/dns-query/ask.ts";
import { ipv4ToText, parseIpv4 } from "#protocols/dns/fields/addresses.ts";
import { parseName } from "#protocols/dns/name.ts";
import { reverseName } from "#protocols/dns/reverse-name.ts";
import { isHostOwner, nameText, ownerText } from "../owner.ts";
import { remoteLimits } from "./limits.ts";
import type {
  RemoteChange,
  RemoteName,
  RemotePublisher,
  RemoteState,
  RemoteWish,
} from "./remote-publisher.ts";
import { type HostValue, isDone, type RemoteValue, remoteKey, unwanted, wanted } from "./remote-value.ts";
import { RemoteWork } from "./remote-work.ts";
import { type RemoteZone, remoteZoneOf } from "./remote-zones.ts";

export interface RemoteNamesPorts {
  readonly store: Store;
  readonly clock: Clock;
  readonly askUdp: Ask;
  readonly askTcp: Ask;
  /** 16 bits that nobody can guess. */
  readonly randomId: () => number;
  readonly log: Log;
}

export class RemoteNames implements RemotePublisher, AsyncDisposable {
  readonly #values: Map<string, RemoteValue>;
  readonly #work: RemoteWork;
  #zones: readonly RemoteZone[];

  /** Goes on where the last program ended. Rejects with StoreError. */
  static async open(zones: readonly RemoteZone[], ports: RemoteNamesPorts): Promise<RemoteNames> {
    return new RemoteNames(zones, await readValues(ports.store, ports.log), ports);
  }

  private constructor(
    zones: readonly RemoteZone[],
    values: Map<string, RemoteValue>,
    ports: RemoteNamesPorts,
  ) {
    this.#zones = zones;
    this.#values = values;
    this.#work = new RemoteWork(values, zones, ports);
    for (const [name, value] of values) if (!isDone(value)) this.#work.add(name);
  }

  /** The zones of another site file. */
  use(zones: readonly RemoteZone[]): void {
    this.#zones = zones;
    this.#work.use(zones);
  }

  wish(wish: RemoteWish): RemoteChange | { readonly problem: string } | undefined {
    const { name, owner, guard, ttl } = wish;
    const address = ipv4ToText(wish.address);
    const forwardZone = wish.forward ? remoteZoneOf(this.#zones, parseName(name)) : undefined;
    const reverseZone = wish.reverse ? remoteZoneOf(this.#zones, reverseName(address)!) : undefined;
    if ((wish.forward ? forwardZone : reverseZone) === undefined) return undefined;
    const value = this.#values.get(name);
    const has = value?.want;
    if (has !== undefined && has.owner !== owner && !isSameMachine(has, { owner, address }))
      return { problem: `${nameText(name)} is ${ownerText(has.owner, undefined)}` };
    if (value === undefined && this.#values.size >= remoteLimits.namesMax)
      return { problem: `${nameText(name)} has to wait: too many names are at other servers` };
    const host: HostValue = {
      owner,
      address,
      ttl,
      forward: forwardZone !== undefined,
      reverse: reverseZone !== undefined,
      servers: [forwardZone, reverseZone].map((zone) => zone?.title ?? "-").join(", "),
      ...(guard !== undefined && { guard }),
    };
    // What is being added without a guard may be there by the time that this is written
    const next = wanted(value && this.#work.isAtWork(name) ? { ...value, isAdded: true } : value, host);
    if (next !== undefined) return this.#change(name, next);
    return { operations: [], settle: () => this.#work.tryConflictAgain(name) };
  }

  withdraw(claim: {
    readonly name: string;
    readonly address: number;
    readonly mayOwn: (owner: string) => boolean;
  }): RemoteChange | undefined {
    const value = this.#values.get(claim.name);
    const has = value?.want;
    if (value === undefined || has === undefined) return undefined;
    if (has.address !== ipv4ToText(claim.address) || !claim.mayOwn(has.owner)) return undefined;
    const now: RemoteValue = this.#work.isAtWork(claim.name) ? { ...value, isAdded: true } : value;
    return this.#change(claim.name, unwanted(now));
  }

  wished(): readonly RemoteName[] {
    return [...this.#values].flatMap(([name, { want }]) =>
      want === undefined ? [] : [{ name, owner: want.owner, address: parseIpv4(want.address) }],
    );
  }

  stateOf(name: string): RemoteState | undefined {
    const value = this.#values.get(name);
    if (value?.want === undefined) return undefined;
    return { pending: !isDone(value), problem: this.#work.problemOf(name, value) };
  }

  /** Names of which something is still to be done. */
  get pending(): number {
    return this.#work.size;
  }

  /** Zones that do not do what they are asked. */
  get problems(): readonly ConfigProblem[] {
    return this.#work.problems;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#work[Symbol.asyncDispose]();
  }

  #change(name: string, next: RemoteValue | undefined): RemoteChange {
    return {
      operations: [next === undefined ? remoteKey.delete(name) : remoteKey.put(name, next)],
      settle: () => {
        if (next === undefined) this.#values.delete(name);
        else this.#values.set(name, next);
        this.#work.add(name);
      },
    };
  }
}

/** A host of the site file counts before clients, and the machine at an address is the same as before. */
function isSameMachine(has: HostValue, { owner, address }: { owner: string; address: string }): boolean {
  return has.address === address || (isHostOwner(owner) && !isHostOwner(has.owner));
}

async function readValues(store: Store, log: Log): Promise<Map<string, RemoteValue>> {
  const values = new Map<string, RemoteValue>();
  const limit = remoteLimits.namesPerReadMax;
  for (let after: string | undefined; ; ) {
    const page = await store.list(remoteKey.prefix, after === undefined ? { limit } : { after, limit });
    for (const { key, value } of page) {
      try {
        values.set(key.slice(remoteKey.prefix.length), remoteKey.parse(value));
      } catch (error) {
        if (error instanceof StoreError) throw error;
        log.warn({ key }, "a name at another server is not as this program writes it, and is left alone");
      }
    }
    if (page.length < limit) return values;
    after = page.at(-1)!.key;
  }
}
