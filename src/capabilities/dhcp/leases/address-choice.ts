/** Which address a client gets: always the same one, as long as nobody else needs it. */
import type { Host } from "../network/host-index.ts";
import { type Link, type Pool, type Subnet, subnetOf } from "../network/plan.ts";
import { isActive, type Lease } from "./lease.ts";
import type { LeaseTable } from "./lease-table.ts";

export interface AddressQuestion {
  readonly link: Link;
  readonly client: string;
  readonly hardware: string;
  readonly host: Host | undefined;
  /** Names of the classes that the client is of. */
  readonly classes: ReadonlySet<string>;
  /** Option 50. */
  readonly requested: number | undefined;
  readonly nowSeconds: number;
  readonly nowMs: number;
}

/** Why a client cannot have an address that it asks for, as the end of a sentence. */
export type Hindrance =
  | "is not of this network"
  | "is reserved for another machine"
  | "is not what is reserved for this machine"
  | "is in use by another machine"
  | "has been declined"
  | "is in no pool that this machine may use";

/** Undefined: nothing is left. */
export function chooseAddress(question: AddressQuestion, table: LeaseTable): number | undefined {
  const { link, client, host, requested, nowSeconds, nowMs } = question;
  const reserved = reservedAt(host, link, table);
  if (reserved !== undefined && hindranceOf(reserved, question, table) === undefined) return reserved;
  for (const wanted of [table.of(client, link)?.address, offeredTo(client, link, table), requested]) {
    if (wanted !== undefined && hindranceOf(wanted, question, table) === undefined) return wanted;
  }
  const pools = poolsOf(question);
  const hash = hashOf(client);
  for (const { pool } of pools) {
    const address = table.countOf(pool)!.space.firstUntouched(hash);
    if (address !== -1) return address;
  }
  // Who has a lease is offered its address as well, which is nobody else's for that.
  const canBeTakenBack = (address: number): boolean =>
    pools.some(({ pool }) => isIn(pool, address)) && !isTaken(table.at(address), nowSeconds);
  return longestEnded(pools, table) ?? table.offers.oldest(nowMs, canBeTakenBack)?.address;
}

/** Undefined: the client may have it. */
export function hindranceOf(
  address: number,
  question: AddressQuestion,
  table: LeaseTable,
): Hindrance | undefined {
  const { link, client, hardware, host, classes, nowSeconds } = question;
  const subnet = subnetOf(table.plan, address);
  if (subnet?.link !== link) return "is not of this network";
  const owner = table.plan.hosts.at(address);
  if (owner !== undefined && owner !== host) return "is reserved for another machine";
  const lease = table.at(address);
  if (lease?.state === "declined" && lease.expiresAt > nowSeconds) return "has been declined";
  if (
    lease !== undefined &&
    lease.client !== client &&
    isHeld(lease, nowSeconds) &&
    !isOfHost(lease, hardware, host, owner)
  )
    return "is in use by another machine";
  const offer = table.offers.at(address);
  if (offer !== undefined && offer.client !== client && owner === undefined)
    return "is in use by another machine";
  if (owner !== undefined) return undefined;
  const reserved = reservedAt(host, link, table);
  if (reserved !== undefined && canBeHad(reserved, question, table))
    return "is not what is reserved for this machine";
  const pool = subnet.pools.find((one) => isIn(one, address));
  if (pool === undefined || !mayUse(pool, classes) || table.countOf(pool)!.space.isBlocked(address))
    return "is in no pool that this machine may use";
  return undefined;
}

/** The address of a host, when it is of this link. */
export function reservedAt(host: Host | undefined, link: Link, table: LeaseTable): number | undefined {
  if (host?.address === undefined) return undefined;
  return subnetOf(table.plan, host.address)?.link === link ? host.address : undefined;
}

function canBeHad(address: number, question: AddressQuestion, table: LeaseTable): boolean {
  const { client, hardware, host, nowSeconds } = question;
  const lease = table.at(address);
  if (lease?.state === "declined" && lease.expiresAt > nowSeconds) return false;
  if (lease === undefined || lease.client === client || !isHeld(lease, nowSeconds)) return true;
  return isOfHost(lease, hardware, host, host);
}

function isTaken(lease: Lease | undefined, nowSeconds: number): boolean {
  if (lease === undefined) return false;
  return isHeld(lease, nowSeconds) || (lease.state === "declined" && lease.expiresAt > nowSeconds);
}

/**
 * One whose time is over counts as long as its name stands in the DNS: that would lead to the next machine.
 */
function isHeld(lease: Lease, nowSeconds: number): boolean {
  return isActive(lease, nowSeconds) || (lease.state === "bound" && lease.name !== undefined);
}

/**
 * Several network cards of one host take turns with its address, and so do its boot loader and its system,
 * which call themselves differently: the one that asks has it.
 */
function isOfHost(lease: Lease, hardware: string, host: Host | undefined, owner: Host | undefined): boolean {
  return (
    host !== undefined &&
    host === owner &&
    (lease.hardware === hardware || host.macs.includes(lease.hardware))
  );
}

function offeredTo(client: string, link: Link, table: LeaseTable): number | undefined {
  const address = table.offers.of(client)?.address;
  return address !== undefined && subnetOf(table.plan, address)?.link === link ? address : undefined;
}

function poolsOf({
  link,
  classes,
}: AddressQuestion): readonly { readonly subnet: Subnet; readonly pool: Pool }[] {
  return link.subnets.flatMap((subnet) =>
    subnet.pools.filter((pool) => mayUse(pool, classes)).map((pool) => ({ subnet, pool })),
  );
}

function mayUse(pool: Pool, classes: ReadonlySet<string>): boolean {
  return pool.classes === undefined || pool.classes.some((name) => classes.has(name));
}

function isIn({ range }: Pool, address: number): boolean {
  return address >= range.first && address <= range.last;
}

/** The address whose lease ended first. */
function longestEnded(pools: ReturnType<typeof poolsOf>, table: LeaseTable): number | undefined {
  let best: Lease | undefined;
  for (const { pool } of pools) {
    for (const address of table.countOf(pool)!.space.ended) {
      if (table.offers.at(address) !== undefined) continue;
      const lease = table.at(address);
      if (lease !== undefined && (best === undefined || lease.expiresAt < best.expiresAt)) best = lease;
      break; // the first one of a pool ended first
    }
  }
  return best?.address;
}

/** FNV-1a, of the text of the key: where in a pool a client is looked for first. */
function hashOf(client: string): number {
  let hash = 0x811c_9dc5;
  for (let at = 0; at < client.length; at++) hash = Math.imul(hash ^ client.charCodeAt(at), 0x0100_0193);
  return hash >>> 0;
}
