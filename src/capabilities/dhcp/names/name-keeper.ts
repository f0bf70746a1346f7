/**
 * Gives leases their names: a lease and its records become durable in one transaction, and what a name costs
 * a lease is never its address.
 *
 * A name that changes is given up before the new one is published. Should the program end in between, the
 * lease still says the old name, and its next renewal goes on from there.
 */
import { setImmediate } from "node:timers/promises";
import type { StoreOperation } from "#contracts/store.ts";
import type { ClientIdentity } from "#protocols/dhcp4/guard-identity.ts";
import { ipv4ToText } from "#protocols/dns/fields/addresses.ts";
import { type Lease, ownerOf } from "../leases/lease.ts";
import { type Claim, guardOfClaim, type Refusal } from "./claim.ts";
import { identityOf } from "./guards.ts";
import { nameLimits } from "./limits.ts";
import { LocalNames, type LocalNamesPorts } from "./local-names.ts";
import { NameTurns } from "./name-turns.ts";
import { mayOwn, nameText, ownerOfHost } from "./owner.ts";
import type { RemoteChange, RemoteName, RemotePublisher, RemoteState } from "./remote/remote-publisher.ts";

export interface NameWish {
  /** With the final dot. */
  readonly name: string;
  /** Seconds. */
  readonly ttl: number;
  readonly reverse: boolean;
  /** Name of the host in the site file, where the name is that. */
  readonly host?: string | undefined;
  /** Where the client says more of itself than its lease does: option 61 beside `identifyBy: mac`. */
  readonly identity?: ClientIdentity | undefined;
}

export interface NamedCommit {
  /** Its `name` does not count; its `nameProblem` stays when the name is published. */
  readonly lease: Lease;
  readonly wish: NameWish | undefined;
  /** The client's lease until now, at this address or another. */
  readonly before: Lease | undefined;
  /** What is written, with the lease as it becomes: 7 operations at most. */
  readonly operations: (lease: Lease) => readonly StoreOperation[];
}

/** A host of the site file that has an address. */
export interface ReservedName {
  /** Its name in the site file. */
  readonly host: string;
  /** With the final dot. */
  readonly name: string;
  readonly address: number;
  /** Seconds. */
  readonly ttl: number;
  /** Of a host that is one machine: for its guard. */
  readonly identity?: ClientIdentity | undefined;
}

export interface ReservedProblem {
  readonly host: string;
  readonly name: string;
  /** As a sentence. */
  readonly problem: string;
}

export interface NameKeeperPorts extends Omit<LocalNamesPorts, "isReserved"> {
  /** Makes operations durable. Rejects with StoreError. */
  readonly write: (operations: readonly StoreOperation[]) => Promise<void>;
  /** Zones at other servers; undefined: there are none. */
  readonly remote: () => RemotePublisher | undefined;
}

export class NameKeeper {
  readonly #ports: NameKeeperPorts;
  readonly #local: LocalNames;
  readonly #turns = new NameTurns();
  /** Names that stay while their hosts are away, with the owner. */
  #reserved: ReadonlyMap<string, string> = new Map();

  constructor(ports: NameKeeperPorts) {
    this.#ports = ports;
    this.#local = new LocalNames({ ...ports, isReserved: (name, owner) => this.#isReserved(name, owner) });
  }

  /**
   * Publishes the name and writes the lease in the same transaction. Without a wish, or when it is refused,
   * the lease is written alone, with `nameProblem` saying why. Rejects with StoreError: then the lease was
   * not written.
   * @returns the lease as written
   */
  async commit({ lease, wish, before, operations }: NamedCommit): Promise<Lease> {
    const old = before?.name === wish?.name ? undefined : before;
    if (wish === undefined) {
      const unnamed = { ...lease, name: undefined };
      await this.#giveUp(old, operations(unnamed));
      return unnamed;
    }
    await this.#giveUp(old, []);
    return this.#turns.take(wish.name, async () => {
      const { name, ttl, reverse, host, identity = identityOf(lease) } = wish;
      const { address } = lease;
      const owner = host === undefined ? ownerOf(lease.client) : ownerOfHost(host);
      const named = { ...lease, name };
      const claim = { name, ttl, reverse, owner, address, identity, before, operations: operations(named) };
      const refusal = await this.#offer(claim);
      if (refusal === undefined) return named;
      const problem = refusal.problem ?? lease.nameProblem;
      const unnamed = { ...lease, name: refusal.isKept ? name : undefined, nameProblem: problem };
      await this.#write(operations(unnamed));
      return unnamed;
    });
  }

  /**
   * Gives up the name of a lease that ended, and writes `operations` in the same transaction. Rejects with
   * StoreError.
   */
  async end(lease: Lease, operations: readonly StoreOperation[]): Promise<void> {
    await this.#giveUp(lease, operations);
  }

  /** What is wrong with a lease's name now: also what another server has said since. */
  problemOf(lease: Lease): string | undefined {
    return lease.nameProblem ?? this.remoteStateOf(lease)?.problem;
  }

  /** What becomes of a lease's name at other servers; undefined: it has nothing to do with any. */
  remoteStateOf({ name }: Pick<Lease, "name">): RemoteState | undefined {
    return name === undefined ? undefined : this.#ports.remote()?.stateOf(name);
  }

  /**
   * Publishes the names that hosts of the site file have also while they are away, before clients that call
   * themselves so; and gives up what neither a lease nor the site file has any more. To be called when all
   * leases are known, and with each new site file. Rejects with StoreError.
   */
  async publishReserved(hosts: readonly ReservedName[]): Promise<readonly ReservedProblem[]> {
    this.#reserved = new Map(hosts.map(({ host, name }) => [name, ownerOfHost(host)]));
    const problems: ReservedProblem[] = [];
    await inGroups(hosts, async (reserved) => {
      const { host, name } = reserved;
      const problem = await this.#turns.take(name, () => this.#publishOne(reserved));
      if (problem !== undefined) problems.push({ host, name, problem });
    });
    await this.#withdrawOrphans();
    return problems;
  }

  async #publishOne({ host, name, address, ttl, identity }: ReservedName): Promise<string | undefined> {
    const owner = ownerOfHost(host);
    const claim = { name, owner, address, ttl, reverse: true, identity, before: undefined, operations: [] };
    return (await this.#local.isThere(claim)) ? undefined : (await this.#offer(claim))?.problem;
  }

  /** Here, or else at another server. */
  async #offer(claim: Claim): Promise<Refusal | undefined> {
    const pointer = this.#wishAtRemote(claim, false);
    const alongside = isChange(pointer) ? pointer : undefined;
    const outcome = await this.#local.publish(claim, alongside?.operations ?? []);
    if (outcome === "published") {
      alongside?.settle();
      return undefined;
    }
    if (outcome !== undefined && outcome !== "nowhere") return outcome;
    const there = this.#wishAtRemote(claim, true);
    if (!isChange(there)) {
      const nowhere =
        outcome === "nowhere" ? `no zone of this server has ${nameText(claim.name)}` : undefined;
      return { problem: there?.problem ?? nowhere, isKept: false };
    }
    await this.#write([...claim.operations, ...there.operations]);
    there.settle();
    return undefined;
  }

  #wishAtRemote(claim: Claim, forward: boolean): RemoteChange | { readonly problem: string } | undefined {
    const remote = this.#ports.remote();
    if (remote === undefined) return undefined;
    const { name, owner, address, ttl, reverse } = claim;
    const guard = guardOfClaim(claim, this.#ports.guard());
    return remote.wish({ name, owner, address, ttl, reverse, forward, guard });
  }

  async #giveUp(lease: Lease | undefined, operations: readonly StoreOperation[]): Promise<void> {
    if (lease?.name === undefined) {
      await this.#write(operations);
      return;
    }
    const { name, address } = lease;
    await this.#turns.take(name, async () => {
      const isOwn = (owner: string): boolean => mayOwn(lease, owner) && !this.#isReserved(name, owner);
      const there = this.#ports.remote()?.withdraw({ name, address, mayOwn: isOwn });
      const all = [...operations, ...(there?.operations ?? [])];
      if (!(await this.#local.giveUp(lease, name, all))) await this.#write(all);
      there?.settle();
    });
  }

  async #withdrawOrphans(): Promise<void> {
    await inGroups(await this.#local.orphans(), (entry) =>
      this.#turns.take(entry.name, () => this.#local.withdrawOrphan(entry)),
    );
    const remote = this.#ports.remote();
    const isOrphan = ({ name, owner, address }: RemoteName): boolean =>
      !this.#isReserved(name, owner) && this.#ports.holder(ipv4ToText(address), name) === undefined;
    await inGroups(remote?.wished().filter(isOrphan) ?? [], async (found) => {
      const { name, address } = found;
      await setImmediate(); // a lease that was being written is known by then
      await this.#turns.take(name, async () => {
        const there = isOrphan(found) ? remote?.withdraw({ name, address, mayOwn: () => true }) : undefined;
        await this.#write(there?.operations ?? []);
        there?.settle();
      });
    });
  }

  #isReserved(name: string, owner: string): boolean {
    return this.#reserved.get(name) === owner;
  }

  async #write(operations: readonly StoreOperation[]): Promise<void> {
    if (operations.length > 0) await this.#ports.write(operations);
  }
}

function isChange(answer: RemoteChange | { readonly problem: string } | undefined): answer is RemoteChange {
  return answer !== undefined && !("problem" in answer);
}

async function inGroups<Item>(items: readonly Item[], act: (item: Item) => Promise<void>): Promise<void> {
  for (let at = 0; at < items.length; at += nameLimits.reservedNamesAtOnce) {
    await Promise.all(items.slice(at, at + nameLimits.reservedNamesAtOnce).map(act));
  }
}
