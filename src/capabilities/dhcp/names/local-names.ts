/** Names of leases in this server's own zones, through the name registry. */
import type { NameRegistry, PublishOutcome, RegistryEntry } from "#contracts/name-registry.ts";
import type { StoreOperation } from "#contracts/store.ts";
import type { ClientIdentity } from "#protocols/dhcp4/guard-identity.ts";
import { ipv4ToText } from "#protocols/dns/fields/addresses.ts";
import type { Lease } from "../leases/lease.ts";
import { type Claim, guardOfClaim, type Refusal } from "./claim.ts";
import { type GuardKind, takeOverBy } from "./guards.ts";
import { isHostOwner, mayOwn, nameText, ownerPrefix, ownerText } from "./owner.ts";

export interface LocalNamesPorts {
  /** Undefined: no name server runs here. */
  readonly registry: () => NameRegistry | undefined;
  /** `names.guard` of the site file. */
  readonly guard: () => GuardKind;
  /** The active lease of this address that has this name. */
  readonly holder: (address: string, name: string) => Lease | undefined;
  /** The site file keeps this name for this owner, also while it is away. */
  readonly isReserved: (name: string, owner: string) => boolean;
}

export class LocalNames {
  readonly #ports: LocalNamesPorts;

  constructor(ports: LocalNamesPorts) {
    this.#ports = ports;
  }

  /** "nowhere": no zone of this server has the name; undefined: no name server runs here. */
  async publish(
    claim: Claim,
    alongside: readonly StoreOperation[],
  ): Promise<"published" | "nowhere" | Refusal | undefined> {
    const registry = this.#ports.registry();
    if (registry === undefined) return undefined;
    const { name, owner, ttl, reverse, identity } = claim;
    const addresses = [ipv4ToText(claim.address), ...(await this.#othersOf(registry, claim))];
    const guard = guardOfClaim(claim, this.#ports.guard());
    const host = { name, owner, addresses, ttl, reverse, guards: guard === undefined ? [] : [guard] };
    const options = {
      alongside: [...claim.operations, ...alongside],
      ...(identity !== undefined && { takeOver: takeOverBy(name, identity) }),
    };
    let outcome = await registry.publish(host, options);
    if (!outcome.published && outcome.why === "taken" && outcome.owner !== undefined) {
      if (await this.#mayTake(registry, claim, outcome.owner)) {
        await registry.withdraw(name, outcome.owner);
        outcome = await registry.publish(host, options);
      }
    }
    if (outcome.published) return "published";
    return outcome.why === "no-zone" ? "nowhere" : refusalOf(claim, outcome, await registry.lookUp(name));
  }

  /**
   * The name of a lease goes, unless others have it too or the site file keeps it.
   * @returns false: nothing was written
   */
  async giveUp(lease: Lease, name: string, operations: readonly StoreOperation[]): Promise<boolean> {
    const registry = this.#ports.registry();
    const entry = await registry?.lookUp(name);
    if (registry === undefined || entry === undefined || !mayOwn(lease, entry.owner)) return false;
    const { owner, addresses, ttl } = entry;
    const own = ipv4ToText(lease.address);
    const rest = addresses.filter((one) => one !== own && this.#holds(one, name));
    if (rest.length === 0) {
      if (this.#ports.isReserved(name, owner)) return false;
      return registry.withdraw(name, owner, { alongside: operations });
    }
    if (rest.length === addresses.length) return false;
    const outcome = await registry.publish({ name, owner, ttl, addresses: rest }, { alongside: operations });
    return outcome.published;
  }

  async isThere({ name, owner, address, ttl }: Claim): Promise<boolean> {
    const entry = await this.#ports.registry()?.lookUp(name);
    return entry?.owner === owner && entry.ttl === ttl && entry.addresses.includes(ipv4ToText(address));
  }

  /** What is published and neither a lease's nor the site file's. */
  async orphans(): Promise<readonly RegistryEntry[]> {
    const entries = await this.#ports.registry()?.list(ownerPrefix);
    return (entries ?? []).filter((entry) => this.#isOrphan(entry));
  }

  /** A lease that was being written when it was found is known by now, so that it is asked again. */
  async withdrawOrphan({ name, owner }: RegistryEntry): Promise<void> {
    const registry = this.#ports.registry();
    const entry = await registry?.lookUp(name);
    if (entry?.owner === owner && this.#isOrphan(entry)) await registry?.withdraw(name, owner);
  }

  #isOrphan({ name, owner, addresses }: RegistryEntry): boolean {
    const { isReserved } = this.#ports;
    return !isReserved(name, owner) && !addresses.some((one) => this.#holds(one, name));
  }

  /** Other machines of the same host that are here too, as by wire and by radio. */
  async #othersOf(registry: NameRegistry, { name, owner, address, before }: Claim): Promise<string[]> {
    if (!isHostOwner(owner)) return [];
    const entry = await registry.lookUp(name);
    if (entry?.owner !== owner) return [];
    const own = [address, before?.address].map((one) => one && ipv4ToText(one));
    return entry.addresses.filter((one) => !own.includes(one) && this.#holds(one, name));
  }

  #holds(address: string, name: string): boolean {
    return this.#ports.holder(address, name) !== undefined;
  }

  /**
   * Hosts of the site file count before clients; and a client that it names now, or no longer, is the same.
   * One network card is one machine too, whatever its boot loader and its systems call themselves in option
   * 61.
   */
  async #mayTake(registry: NameRegistry, claim: Claim, from: string): Promise<boolean> {
    const { name, owner, before, identity } = claim;
    if (!from.startsWith(ownerPrefix) || this.#ports.isReserved(name, from)) return false;
    if (isHostOwner(owner) && !isHostOwner(from)) return true;
    const entry = await registry.lookUp(name);
    if (entry?.owner !== from) return false;
    const holders = entry.addresses.map((one) => this.#ports.holder(one, name));
    const hardware = identity && hardwareOf(identity);
    const isOneCard = hardware !== undefined && !isHostOwner(from);
    if (isOneCard && holders.every((one) => one !== undefined && one.hardware === hardware)) return true;
    if (before?.name !== name || !mayOwn(before, from)) return false;
    return entry.addresses.every((one) => one === ipv4ToText(before.address));
  }
}

/** As a lease has it; undefined: it has none. */
function hardwareOf({ hardwareType, hardwareAddress }: ClientIdentity): string | undefined {
  if (hardwareAddress.length === 0) return undefined;
  return Uint8Array.of(hardwareType, ...hardwareAddress).toHex();
}

function refusalOf(
  { name, owner }: Claim,
  outcome: Extract<PublishOutcome, { published: false }>,
  entry: RegistryEntry | undefined,
): Refusal {
  const text = nameText(name);
  const { sentence } = outcome;
  switch (outcome.why) {
    case "taken": {
      const whose = ownerText(outcome.owner ?? "", entry?.publishedAtMs);
      return { problem: `${text} is ${whose}`, isKept: false };
    }
    case "static": {
      const why = sentence.startsWith(`${name} `) ? `it ${sentence.slice(name.length + 1)}` : sentence;
      return { problem: `${text} is a static record of the zone: ${why}`, isKept: false };
    }
    case "zone-unavailable":
      return { problem: `${text} has to wait: ${sentence}`, isKept: entry?.owner === owner };
    default:
      return { problem: sentence, isKept: false };
  }
}
