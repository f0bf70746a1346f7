/** For tests: a registry of names over a store, with one zone, and records of others in it. */
import type {
  NameRegistry,
  PublishedHost,
  PublishOptions,
  PublishOutcome,
  RegistryEntry,
  RegistryRecord,
} from "#contracts/name-registry.ts";
import type { Store } from "#contracts/store.ts";

export class FakeRegistry implements NameRegistry {
  readonly entries = new Map<string, RegistryEntry & { readonly guards: readonly string[] }>();
  /** Of others. */
  readonly records: RegistryRecord[] = [];
  isUnavailable = false;
  /** What was asked for, in order. */
  readonly calls: string[] = [];
  readonly #store: Store;
  readonly #zone: string;

  constructor(store: Store, zone: string) {
    this.#store = store;
    this.#zone = zone;
  }

  async publish(host: PublishedHost, options: PublishOptions = {}): Promise<PublishOutcome> {
    const { name, owner, addresses, ttl, guards = [] } = host;
    this.calls.push(`publish ${name} ${owner}`);
    const refuse = (why: "no-zone" | "static" | "zone-unavailable"): PublishOutcome => ({
      published: false,
      why,
      sentence: `refused: ${why}`,
    });
    if (!name.endsWith(`.${this.#zone}`)) return refuse("no-zone");
    if (this.isUnavailable) return refuse("zone-unavailable");
    const entry = this.entries.get(name);
    if (entry !== undefined && entry.owner !== owner)
      return { published: false, why: "taken", owner: entry.owner, sentence: "refused: taken" };
    const there = this.records.filter((record) => record.name === name);
    if (there.length > 0) {
      if (options.takeOver?.(there) !== true) return refuse("static");
      for (const record of there) this.records.splice(this.records.indexOf(record), 1);
    }
    await this.#store.transact([], options.alongside ?? []);
    const texts = guards.map(({ type, data }) => `${type} ${data}`);
    this.entries.set(name, { name, owner, addresses, ttl, publishedAtMs: 1_700_000_000_000, guards: texts });
    return { published: true, changed: true, reverse: addresses };
  }

  async withdraw(
    name: string,
    owner: string,
    options: Pick<PublishOptions, "alongside"> = {},
  ): Promise<boolean> {
    this.calls.push(`withdraw ${name} ${owner}`);
    if (this.entries.get(name)?.owner !== owner) return false;
    await this.#store.transact([], options.alongside ?? []);
    this.entries.delete(name);
    return true;
  }

  async lookUp(name: string): Promise<RegistryEntry | undefined> {
    return this.entries.get(name);
  }

  async list(ownerPrefix: string): Promise<readonly RegistryEntry[]> {
    return [...this.entries.values()].filter(({ owner }) => owner.startsWith(ownerPrefix));
  }

  /** `fern.lan.example. 192.168.9.17 dhcp:01:…`, in order. */
  texts(): string[] {
    return [...this.entries.values()]
      .map(({ name, addresses, owner }) => `${name} ${addresses.join()} ${owner}`)
      .sort();
  }
}
