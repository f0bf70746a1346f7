/** For tests: a registry of names over a store, with one zone, that can be held, and be broken. */
import type {
  NameRegistry,
  PublishedHost,
  PublishOptions,
  PublishOutcome,
  RegistryEntry,
} from "#contracts/name-registry.ts";
import { type Store, StoreError } from "#contracts/store.ts";

export class FakeZone implements NameRegistry {
  readonly entries = new Map<string, RegistryEntry>();
  /** Names that a zone file has. */
  readonly statics = new Set<string>();
  isUnavailable = false;
  /** Names that cannot be changed. */
  readonly held = new Set<string>();
  isBroken = false;
  /** Publications that changed something, and those that did not. */
  readonly counts = { changed: 0, unchanged: 0 };
  readonly #store: Store;
  readonly #zone: string;

  constructor(store: Store, zone = "dyn.example") {
    this.#store = store;
    this.#zone = zone;
  }

  async publish(host: PublishedHost, { alongside = [] }: PublishOptions = {}): Promise<PublishOutcome> {
    const { name, addresses, ttl, owner } = host;
    const refuse = (why: "no-zone" | "static" | "zone-unavailable"): PublishOutcome => ({
      published: false,
      why,
      sentence: `${name}: ${why}`,
    });
    if (this.isBroken) throw new StoreError("HP_STORE_FAILED", "the disk failed");
    if (!name.endsWith(`.${this.#zone}`)) return refuse("no-zone");
    if (this.isUnavailable || this.held.has(name)) return refuse("zone-unavailable");
    if (this.statics.has(name)) return refuse("static");
    const before = this.entries.get(name);
    if (before !== undefined && before.owner !== owner)
      return {
        published: false,
        why: "taken",
        owner: before.owner,
        sentence: `${name} is ${before.owner}'s`,
      };
    await this.#store.transact([], alongside);
    const changed = before?.addresses.join() !== addresses.join() || before.ttl !== ttl;
    this.counts[changed ? "changed" : "unchanged"]++;
    this.entries.set(name, { name, owner, addresses, ttl, publishedAtMs: 0 });
    return { published: true, changed, reverse: [] };
  }

  async withdraw(name: string, owner: string, { alongside = [] }: PublishOptions = {}): Promise<boolean> {
    if (this.entries.get(name)?.owner !== owner) return false;
    await this.#store.transact([], alongside);
    return this.entries.delete(name);
  }

  async lookUp(name: string): Promise<RegistryEntry | undefined> {
    return this.entries.get(name);
  }

  async list(ownerPrefix: string): Promise<readonly RegistryEntry[]> {
    return [...this.entries.values()].filter(({ owner }) => owner.startsWith(ownerPrefix));
  }

  /** `a.dyn.example 8.8.4.4 ddns-host:a`, in order. */
  texts(): string[] {
    return [...this.entries.values()].map((one) => `${one.name} ${one.addresses.join()} ${one.owner}`).sort();
  }
}
