/**
 * Who may tell an address to this server, and for which names: hosts with a secret each. They are kept in the
 * store; what is known of them stands in memory, so that an update waits for nothing but its own write.
 */
import type { ConfigProblem } from "#contracts/configuration.ts";
import type { NameRegistry } from "#contracts/name-registry.ts";
import type { Store, StoreOperation } from "#contracts/store.ts";
import { interfaceIdProblem } from "#protocols/public-address/prefix.ts";
import { HostError } from "./host-error.ts";
import { type Host, HostTable, type ServedName } from "./host-table.ts";
import {
  type HostName,
  type HostValue,
  hostKey,
  type NameValue,
  nameKey,
  neverUpdated,
} from "./host-value.ts";
import { checkedSecret, invalid, nameOf, tooMany, unknown, userOf } from "./host-words.ts";
import { serveLimits as limits } from "./limits.ts";
import { NameTurns } from "./name-turns.ts";
import type { SecretCheck } from "./secret-check.ts";
import { hashSecret, newSecret } from "./secret-hash.ts";

export interface UpdateHostsPorts {
  readonly store: Store;
  /** Undefined: no name server runs here. */
  readonly registry: () => NameRegistry | undefined;
  readonly nowMs: () => number;
  readonly secrets: Pick<SecretCheck, "forget">;
}

export interface HostWish {
  readonly name: string;
  /** Default: the name. One that is there gets the name in addition. */
  readonly user?: string | undefined;
  readonly interfaceId?: string | undefined;
  /** Another name of the same host. */
  readonly follows?: string | undefined;
  /** Default: made here. */
  readonly secret?: string | undefined;
}

/** `secret`: of a new host, told this once. */
export interface AddedHost {
  readonly host: Host;
  readonly secret: string | undefined;
}

/** Of records in the registry. */
export function ownerOf(user: string): string {
  return `ddns-host:${user}`;
}

/** Loads, adds, changes and removes hosts. */
export class UpdateHosts {
  readonly table = new HostTable();
  /** Of a name: updates, and what takes it away. */
  readonly turns = new NameTurns();
  readonly #ports: UpdateHostsPorts;
  /** Changes of hosts, one at a time. */
  readonly #changes = new NameTurns();
  /** Of a newer version: users and names that nobody may have. */
  readonly #newer: string[];

  private constructor(ports: UpdateHostsPorts, newer: string[]) {
    this.#ports = ports;
    this.#newer = newer;
  }

  /** Rejects with StoreError. */
  static async load(ports: UpdateHostsPorts): Promise<UpdateHosts> {
    const newer: string[] = [];
    const hosts = new UpdateHosts(ports, newer);
    const told = new Map<string, NameValue>();
    for (const { name, value } of await readAll(ports.store, nameKey, newer)) told.set(name, value);
    for (const { name: user, value } of await readAll(ports.store, hostKey, newer))
      hosts.table.put(user, value, (name) => told.get(name) ?? neverUpdated);
    return hosts;
  }

  get problems(): readonly ConfigProblem[] {
    const [first] = this.#newer;
    if (first === undefined) return [];
    const what = `another version of the program wrote ${this.#newer.length} of the hosts' entries, which are left alone: ${first}`;
    return [{ severity: "warning", path: "ddns.server", what, remedy: "run the version that wrote them" }];
  }

  /** Adds a host, or a name to one that is there. Rejects with HostError or StoreError. */
  add(wish: HostWish): Promise<AddedHost> {
    return this.#change(async () => {
      const name = nameOf(wish.name);
      const user = wish.user === undefined ? name : userOf(wish.user);
      const there = this.table.host(user);
      this.#mustBeFree(name, user);
      const entry = this.#entryOf(name, wish, there);
      if (there === undefined) return await this.#addHost(user, entry, wish.secret);
      if (wish.secret !== undefined)
        throw invalid(`${user} is there already; give it a secret with: homeport ddns host secret ${user}`);
      if (there.names.length >= limits.namesPerHostMax)
        throw tooMany(`${user} has ${there.names.length} names; give further ones to another user`);
      const host = await this.#put(user, { ...there.value, names: [...there.value.names, entry] });
      return { host, secret: undefined };
    });
  }

  /** A new secret; the one before is worth nothing from then on. */
  renewSecret(user: string, secret?: string): Promise<AddedHost> {
    return this.#change(async () => {
      const { value } = this.#known(user);
      const made = secret === undefined ? newSecret() : checkedSecret(secret);
      const secretHash = await hashSecret(made);
      const host = await this.#put(user, { ...value, secretHash, secretSetAtMs: this.#ports.nowMs() });
      this.#ports.secrets.forget(user);
      return { host, secret: made };
    });
  }

  /** Forgets the faults of all names of a host, and so ends its block. */
  clear(user: string): Promise<Host> {
    return this.#change(async () => {
      const host = this.#known(user);
      for (const served of host.names) await this.#clearName(served.entry.name);
      return this.#known(user);
    });
  }

  setActive(user: string, isActive: boolean): Promise<Host> {
    return this.#change(async () => {
      const host = this.#known(user);
      if (host.value.disabled === !isActive) return host;
      return await this.#put(user, { ...host.value, disabled: !isActive });
    });
  }

  /** Takes a name away from a host, or all of it, with its records. Resolves with the names. */
  remove(user: string, name?: string): Promise<readonly string[]> {
    return this.#change(async () => {
      const host = this.#known(user);
      const wanted = name === undefined ? undefined : nameOf(name);
      const gone = host.names.map(({ entry }) => entry.name).filter((one) => (wanted ?? one) === one);
      if (gone.length === 0) throw unknown(`${user} has no name ${wanted}`);
      for (const one of gone) await this.turns.take(one, () => this.#removeName(user, one));
      return gone;
    });
  }

  /** Takes records away whose host went while no name server ran here. Rejects with StoreError. */
  async settle(): Promise<void> {
    const registry = this.#ports.registry();
    if (registry === undefined || this.#newer.length > 0) return;
    for (const { name: text, owner } of await registry.list(ownerOf(""))) {
      const name = text.toLowerCase().replace(/(?<=.)\.$/, "");
      const isOrphan = (): boolean => ownerOf(this.table.name(name)?.user ?? "") !== owner;
      if (!isOrphan()) continue;
      await this.turns.take(name, async () => {
        if (isOrphan()) await registry.withdraw(text, owner);
      });
    }
  }

  #change<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    return this.#changes.take("", work);
  }

  async #addHost(user: string, entry: HostName, given: string | undefined): Promise<AddedHost> {
    if (this.table.size >= limits.hostsMax) throw tooMany(`there are ${limits.hostsMax} hosts already`);
    const secret = given === undefined ? newSecret() : checkedSecret(given);
    const secretHash = await hashSecret(secret);
    const nowMs = this.#ports.nowMs();
    const value = { secretHash, names: [entry], createdAtMs: nowMs, secretSetAtMs: nowMs, disabled: false };
    return { host: await this.#put(user, value), secret };
  }

  #entryOf(name: string, { interfaceId, follows }: HostWish, host: Host | undefined): HostName {
    if (interfaceId !== undefined) {
      const problem = interfaceIdProblem(interfaceId, 0);
      if (problem !== undefined) throw invalid(problem);
    }
    if (follows === undefined) return { name, ...(interfaceId !== undefined && { interfaceId }) };
    const followed = nameOf(follows);
    if (host?.names.some(({ entry }) => entry.name === followed) !== true)
      throw invalid(
        `${followed} is no name of ${host?.user ?? "this host"}; a name follows one of its own host`,
      );
    const problem =
      interfaceId === undefined
        ? "it needs an interface identifier too"
        : interfaceIdProblem(interfaceId, 64);
    if (interfaceId === undefined || problem !== undefined)
      throw invalid(`to follow ${followed}: ${problem}`);
    return { name, interfaceId, follows: followed };
  }

  #mustBeFree(name: string, user: string): void {
    if (this.#newer.includes(hostKey.key(user)) || this.#newer.includes(nameKey.key(name)))
      throw new HostError(
        "HP_DDNS_HOST_NEWER",
        `another version of the program has written ${user}; it is left alone`,
      );
    const other = this.table.name(name);
    if (other !== undefined)
      throw new HostError("HP_DDNS_HOST_TAKEN", `${name} is a name of ${other.user} already`);
    // Who logs in by a name must not be taken for a user of that name.
    const owner = this.table.name(user);
    if (this.table.host(name) !== undefined && name !== user)
      throw new HostError("HP_DDNS_HOST_TAKEN", `${name} is the user of another host`);
    if (owner !== undefined && owner.user !== user)
      throw new HostError("HP_DDNS_HOST_TAKEN", `${user} is a name of ${owner.user}; write another user`);
  }

  #known(user: string): Host {
    const host = this.table.hostOf(user.toLowerCase().replace(/(?<=.)\.$/, ""));
    if (host === undefined)
      throw unknown(`there is no host ${user}; homeport ddns host list shows those that there are`);
    return host;
  }

  async #put(user: string, value: HostValue): Promise<Host> {
    await this.#ports.store.transact([], [hostKey.put(user, value)]);
    return this.table.put(user, value);
  }

  async #clearName(name: string): Promise<void> {
    await this.turns.take(name, async () => {
      const served = this.table.name(name);
      if (served === undefined || served.value.faults === 0) return;
      const value = { ...served.value, faults: 0, faultsSinceMs: 0 };
      await this.#ports.store.transact([], [nameKey.put(name, value)]);
      served.value = value;
    });
  }

  /** The records, what is known of the name, and the name of the host go in one transaction. */
  async #removeName(user: string, name: string): Promise<void> {
    const { value } = this.#known(user);
    // What followed the name follows nothing from then on.
    const names = value.names
      .filter((entry) => entry.name !== name)
      .map(({ follows, ...entry }) =>
        follows === undefined || follows === name ? entry : { ...entry, follows },
      );
    const left = { ...value, names };
    const operations: StoreOperation[] = [
      nameKey.delete(name),
      names.length === 0 ? hostKey.delete(user) : hostKey.put(user, left),
    ];
    const registry = this.#ports.registry();
    const isWithdrawn = await registry?.withdraw(name, ownerOf(user), { alongside: operations });
    if (isWithdrawn !== true) await this.#ports.store.transact([], operations);
    if (names.length > 0) this.table.put(user, left);
    else {
      this.table.delete(user);
      this.#ports.secrets.forget(user);
    }
  }
}

/** Of the names of a host, those that follow this one. */
export function followersOf(host: Host, name: string): readonly ServedName[] {
  return host.names.filter(({ entry }) => entry.follows === name).slice(0, limits.followersMax);
}

async function readAll<Value>(
  store: Store,
  key: { readonly prefix: string; parse(value: unknown): Value },
  newer: string[],
): Promise<readonly { readonly name: string; readonly value: Value }[]> {
  const found: { name: string; value: Value }[] = [];
  const limit = limits.entriesPerReadMax;
  for (let after: string | undefined; ; ) {
    const page = await store.list(key.prefix, after === undefined ? { limit } : { limit, after });
    for (const entry of page) {
      try {
        found.push({ name: entry.key.slice(key.prefix.length), value: key.parse(entry.value) });
      } catch {
        newer.push(entry.key);
      }
    }
    if (page.length < limit) return found;
    after = page.at(-1)!.key;
  }
}
