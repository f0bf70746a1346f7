/** The hosts of the update server and their names, as they are known while the program runs. */
import { type HostName, type HostValue, type NameValue, neverUpdated } from "./host-value.ts";

/** A name of a host, and what was told of it. */
export interface ServedName {
  readonly user: string;
  entry: HostName;
  /** As it is in the store, but for faults of which not each is written. */
  value: NameValue;
  /** When somebody logged in and asked for it last, needlessly or not. Not kept. */
  seenAtMs: number | undefined;
  /** Why the last update did not do, for the operator. Not kept. */
  problem: string | undefined;
}

export interface Host {
  readonly user: string;
  readonly value: HostValue;
  readonly names: readonly ServedName[];
}

/** Finds hosts by user and by name. */
export class HostTable {
  readonly #hosts = new Map<string, Host>();
  readonly #names = new Map<string, ServedName>();

  get size(): number {
    return this.#hosts.size;
  }

  get nameCount(): number {
    return this.#names.size;
  }

  /** In order of their users. */
  all(): readonly Host[] {
    return [...this.#hosts.values()].sort((one, other) => (one.user < other.user ? -1 : 1));
  }

  host(user: string): Host | undefined {
    return this.#hosts.get(user);
  }

  name(name: string): ServedName | undefined {
    return this.#names.get(name);
  }

  /** Who logs in with the name of a host, or with one of its names. */
  hostOf(userOrName: string): Host | undefined {
    return this.#hosts.get(userOrName) ?? this.#hosts.get(this.#names.get(userOrName)?.user ?? "");
  }

  /** Puts a host in the place of what it was; what is known of its names stays. */
  put(user: string, value: HostValue, told: (name: string) => NameValue = () => neverUpdated): Host {
    const before = this.#hosts.get(user);
    const names = value.names.map((entry): ServedName => {
      const known = this.#names.get(entry.name);
      const fresh = { user, entry, value: neverUpdated, seenAtMs: undefined, problem: undefined };
      // The same object: an update may be under way with it.
      const served = known ?? { ...fresh, value: told(entry.name) };
      served.entry = entry;
      return served;
    });
    for (const { entry } of before?.names ?? []) this.#names.delete(entry.name);
    for (const served of names) this.#names.set(served.entry.name, served);
    const host = { user, value, names };
    this.#hosts.set(user, host);
    return host;
  }

  delete(user: string): void {
    for (const { entry } of this.#hosts.get(user)?.names ?? []) this.#names.delete(entry.name);
    this.#hosts.delete(user);
  }
}
