/** What an update asks for becomes records of this server's zones, or is refused. */
import type { NameRegistry, PublishOutcome } from "#contracts/name-registry.ts";
import { type Store, StoreError } from "#contracts/store.ts";
import type { WishedAddresses } from "#protocols/dyndns2/address-wish.ts";
import type { HostResult } from "#protocols/dyndns2/server-answer.ts";
import { isFullyQualified } from "#protocols/dyndns2/update-request.ts";
import { addressBehindPrefix } from "#protocols/public-address/prefix.ts";
import { faultsAt, isAbuse, isNeedless, oneMoreFault } from "./faults.ts";
import type { Host, ServedName } from "./host-table.ts";
import { type NameValue, nameKey } from "./host-value.ts";
import { serveLimits as limits } from "./limits.ts";
import type { TroubleLog } from "./trouble-log.ts";
import { followersOf, ownerOf, type UpdateHosts } from "./update-hosts.ts";
import { followedAddress, type NameAddresses, wantedAddresses } from "./wanted-addresses.ts";

export interface NameUpdatesPorts {
  readonly store: Store;
  readonly registry: () => NameRegistry | undefined;
  readonly hosts: UpdateHosts;
  readonly nowMs: () => number;
  readonly troubles: TroubleLog;
}

/** What the site file says. */
export interface NameUpdatesSettings {
  /** Seconds. */
  readonly ttl: number;
  readonly alsoPublic: readonly string[];
}

/** Who asks, and for what. */
export interface NameUpdate {
  readonly host: Host;
  readonly wish: WishedAddresses;
  /** The client's address, in its canonical form; undefined: it cannot be told. */
  readonly connection: string | undefined;
  readonly agent: string;
}

/** Prefix of machines behind a router: the smallest network that has its own. RFC 4291 §2.5.4. */
const followedPrefixLength = 64;

const isForNow = true as const;

/** Does updates, names beside one another, those of one name in turn. */
export class NameUpdates {
  settings: NameUpdatesSettings = { ttl: 60, alsoPublic: [] };
  readonly #ports: NameUpdatesPorts;

  constructor(ports: NameUpdatesPorts) {
    this.#ports = ports;
  }

  /** One result a name, in order; a name that is there twice is updated once. */
  async updateAll(names: readonly string[], update: NameUpdate): Promise<readonly HostResult[]> {
    const results = new Map<string, Promise<HostResult>>();
    for (const name of names) if (!results.has(name)) results.set(name, this.#update(name, update));
    return await Promise.all(names.map((name) => results.get(name)!));
  }

  async #update(name: string, update: NameUpdate): Promise<HostResult> {
    if (!isFullyQualified(name)) return { code: "notfqdn" };
    const { hosts } = this.#ports;
    const served = hosts.table.name(name);
    if (served === undefined) return { code: "nohost" };
    if (served.user !== update.host.user) return { code: "!yours" };
    if (hosts.turns.length(name) >= limits.turnsPerNameMax) return { code: "911", isForNow };
    const result = await this.#guarded(name, () => this.#inTurn(name, update));
    if (result.code !== "good" && result.code !== "nochg") return result;
    const address = followedAddress({ asked: result.addresses ?? [] });
    return address === undefined ? result : await this.#withFollowers(name, address, update, result);
  }

  /** Of those that could not follow for now the client hears, so that it comes again. */
  async #withFollowers(
    name: string,
    address: string,
    update: NameUpdate,
    result: HostResult,
  ): Promise<HostResult> {
    const host = this.#ports.hosts.table.host(update.host.user);
    const followers = host === undefined ? [] : followersOf(host, name);
    for (const { entry, value } of followers) {
      const own = addressBehindPrefix(address, followedPrefixLength, entry.interfaceId!);
      if (value.ipv6 === own && isNeedless(value.updatedAtMs, this.#ports.nowMs())) continue;
      const wish: WishedAddresses = {
        from: "request",
        ipv4: { do: "keep" },
        ipv6: { do: "set", address: own },
      };
      const follower = await this.#guarded(entry.name, () => this.#inTurn(entry.name, { ...update, wish }));
      if (follower.isForNow) return follower;
    }
    return result;
  }

  #inTurn(name: string, update: NameUpdate): Promise<HostResult> {
    const { turns, table } = this.#ports.hosts;
    return turns.take(name, async () => {
      const served = table.name(name); // it may have gone while others had their turn
      return served?.user === update.host.user ? await this.#updateNow(served, update) : { code: "nohost" };
    });
  }

  async #updateNow(served: ServedName, update: NameUpdate): Promise<HostResult> {
    const nowMs = this.#ports.nowMs();
    served.seenAtMs = nowMs;
    const { value, entry } = served;
    if (isAbuse(value, nowMs)) return { code: "abuse" };
    const before: NameAddresses = { ipv4: value.ipv4, ipv6: value.ipv6 };
    const { alsoPublic } = this.settings;
    const { wish, connection } = update;
    const wanted = wantedAddresses({ wish, before, connection, interfaceId: entry.interfaceId, alsoPublic });
    if ("problem" in wanted) return this.#trouble(served, "dnserr", wanted.problem);
    const { addresses, asked } = wanted;
    const isSame = addresses.ipv4 === before.ipv4 && addresses.ipv6 === before.ipv6;
    const isQuiet = isSame && isNeedless(value.updatedAtMs, nowMs);
    const next = toldValue(addresses, { ...faultsAt(value, nowMs), update, nowMs });
    const outcome = await this.#publish(served, addresses, isQuiet ? undefined : next);
    if (!outcome.published) return this.#refusal(served, outcome);
    // Somebody had taken its records away.
    if (isQuiet && outcome.changed) await this.#write(entry.name, next);
    if (!isQuiet || outcome.changed) served.value = next;
    else await this.#countFault(served, nowMs);
    served.problem = undefined;
    this.#ports.troubles.over(entry.name);
    return { code: outcome.changed ? "good" : "nochg", addresses: asked };
  }

  /** `value`: written with the records. */
  async #publish(
    { user, entry: { name } }: ServedName,
    { ipv4, ipv6 }: NameAddresses,
    value: NameValue | undefined,
  ): Promise<PublishOutcome> {
    const registry = this.#ports.registry();
    if (registry === undefined)
      return { published: false, why: "zone-unavailable", sentence: "no name server runs here" };
    const options = value === undefined ? {} : { alongside: [nameKey.put(name, value)] };
    const addresses = [ipv4, ipv6].filter((address) => address !== undefined);
    const owner = ownerOf(user);
    if (addresses.length > 0)
      // Who has a name has no say about the name of an address.
      return registry.publish({ name, addresses, ttl: this.settings.ttl, owner, reverse: false }, options);
    const isWithdrawn = await registry.withdraw(name, owner, options);
    if (!isWithdrawn && value !== undefined) await this.#write(name, value);
    return { published: true, changed: isWithdrawn, reverse: [] };
  }

  #refusal(served: ServedName, outcome: Extract<PublishOutcome, { published: false }>): HostResult {
    const { why, sentence } = outcome;
    if (why !== "zone-unavailable") return this.#trouble(served, "nohost", sentence);
    return { ...this.#trouble(served, "dnserr", sentence), isForNow };
  }

  #trouble(served: ServedName, code: "dnserr" | "nohost", problem: string): HostResult {
    const { user, entry } = served;
    served.problem = problem;
    this.#ports.troubles.say(
      entry.name,
      { name: entry.name, user, code, problem },
      "a host's update of its address was refused",
    );
    return { code };
  }

  async #countFault(served: ServedName, nowMs: number): Promise<void> {
    const { entry, value } = served;
    const next = { ...value, ...oneMoreFault(value, nowMs) };
    const isBlocked = isAbuse(next, nowMs);
    if (isBlocked || next.faults % limits.faultsBetweenWrites === 0) await this.#write(entry.name, next);
    served.value = next;
    if (!isBlocked) return;
    const facts = { name: entry.name, user: served.user, faults: next.faults };
    const sentence =
      "a host is blocked for a week, or until: homeport ddns host clear; it updates needlessly";
    this.#ports.troubles.say(`${entry.name} abuse`, facts, sentence);
  }

  async #write(name: string, value: NameValue): Promise<void> {
    await this.#ports.store.transact([], [nameKey.put(name, value)]);
  }

  /** Trouble of the store is for the client to wait for; nothing is told to be done that may be lost. */
  async #guarded(name: string, work: () => Promise<HostResult>): Promise<HostResult> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      this.#ports.troubles.say(
        name,
        { name, code: error.code, problem: error.message },
        "a host's update of its address could not be written",
      );
      return { code: "911", isForNow };
    }
  }
}

function toldValue(
  { ipv4, ipv6 }: NameAddresses,
  told: Pick<NameValue, "faults" | "faultsSinceMs"> & { readonly update: NameUpdate; readonly nowMs: number },
): NameValue {
  const { faults, faultsSinceMs, update, nowMs } = told;
  return {
    ...(ipv4 !== undefined && { ipv4 }),
    ...(ipv6 !== undefined && { ipv6 }),
    updatedAtMs: nowMs,
    ...(update.connection !== undefined && { from: update.connection }),
    agent: update.agent,
    faults,
    faultsSinceMs,
  };
}
