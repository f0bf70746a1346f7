/**
 * What is said to a server of another zone so that a client's name is there, or is not, and nobody else's is
 * touched. RFC 4703 §5, with a guard: the DHCID record, or the TXT record of ISC's dhcpd in its place.
 *
 * Without a guard nothing at the server tells whose a name is. Then a name counts as free when there is
 * nothing at it, and as ours when this program has added it and its address is still there, alone.
 */

import {
  add,
  hasNone,
  isAlone,
  nameIsInUse,
  nameIsNotInUse,
  type RecordData,
  remove,
  removeAll,
  type Update,
} from "#platform/dns-query/update-message.ts";
import type { MessageRecord } from "#protocols/dns/message.ts";
import { type Name, nameOctets } from "#protocols/dns/name.ts";
import { mnemonicOfRcode, Rcode, RRType } from "#protocols/dns/registry.ts";
import { remoteLimits } from "./limits.ts";

/** Sends an update, and resolves with the rcode of the answer. */
export type Send = (update: Update) => Promise<number>;

/** The server does not do it, for no reason that has to do with who owns the name. */
export class UpdateRefused extends Error {
  override readonly name = "UpdateRefused";
}

export interface ForwardRecords {
  readonly name: Name;
  readonly address: RecordData;
  readonly guard: RecordData | undefined;
}

export interface ForwardWish extends ForwardRecords {
  /** Seconds. */
  readonly ttl: number;
  /** Without a guard: this program has added it already, or may have. */
  readonly isAdded: boolean;
  /** Without a guard: it is going to be. */
  readonly onAdding: () => Promise<void>;
}

/** "conflict": another owner has the name, and keeps it. */
export async function addForward(wish: ForwardWish, send: Send): Promise<"done" | "conflict"> {
  const { guard } = wish;
  return guard === undefined ? addUnguarded(wish, send) : addGuarded({ ...wish, guard }, send);
}

async function addGuarded(
  { name, address, guard, ttl }: ForwardWish & { readonly guard: RecordData },
  send: Send,
): Promise<"done" | "conflict"> {
  for (let round = 0; round < remoteLimits.roundsMax; round++) {
    // RFC 4703 §5.3.1
    const first = await send({
      prerequisites: [nameIsNotInUse(name)],
      changes: [add(address, ttl), add(guard, ttl)],
    });
    if (first === Rcode.NOERROR) return "done";
    mustBe(first, Rcode.YXDOMAIN);
    // RFC 4703 §5.3.2
    const second = await send({
      prerequisites: [nameIsInUse(name), isAlone(guard)],
      changes: [removeAll(name, address.type), add(address, ttl)],
    });
    if (second === Rcode.NOERROR) return "done";
    if (second === Rcode.NXRRSET) return "conflict";
    mustBe(second, Rcode.NXDOMAIN); // it has just gone
  }
  throw new UpdateRefused("comes and goes there while it is looked at");
}

async function addUnguarded(wish: ForwardWish, send: Send): Promise<"done" | "conflict"> {
  const { name, address, ttl } = wish;
  if (!wish.isAdded) {
    const free = await send({ prerequisites: [nameIsNotInUse(name)], changes: [] });
    if (free === Rcode.YXDOMAIN) return "conflict";
    mustBe(free, Rcode.NOERROR);
    await wish.onAdding();
  }
  const first = await send({ prerequisites: [nameIsNotInUse(name)], changes: [add(address, ttl)] });
  if (first === Rcode.NOERROR) return "done";
  mustBe(first, Rcode.YXDOMAIN);
  // An answer that was lost, or an earlier try before the program ended
  const second = await send({
    prerequisites: [isAlone(address)],
    changes: [removeAll(name, address.type), add(address, ttl)],
  });
  if (second === Rcode.NOERROR) return "done";
  mustBe(second, Rcode.NXRRSET, Rcode.NXDOMAIN);
  return "conflict";
}

/**
 * Takes the address away where it is still this client's, and the guard when nothing else needs it. RFC 4703
 * §5.5.
 */
export async function removeForward({ name, address, guard }: ForwardRecords, send: Send): Promise<void> {
  const first = await send({ prerequisites: [isAlone(guard ?? address)], changes: [remove(address)] });
  if (guard === undefined || first !== Rcode.NOERROR) {
    mustBe(first, Rcode.NOERROR, Rcode.NXRRSET, Rcode.NXDOMAIN);
    return;
  }
  const second = await send({
    prerequisites: [hasNone(name, RRType.A), hasNone(name, RRType.AAAA), isAlone(guard)],
    changes: [remove(guard)],
  });
  mustBe(second, Rcode.NOERROR, Rcode.YXRRSET, Rcode.NXRRSET, Rcode.NXDOMAIN);
}

/** Who gives the address away says what it is called. RFC 4703 §5.4. */
export async function addReverse(place: Name, name: Name, ttl: number, send: Send): Promise<void> {
  const pointer = pointerOf(place, name);
  const changes: MessageRecord[] = [removeAll(place, RRType.PTR), add(pointer, ttl)];
  mustBe(await send({ prerequisites: [], changes }), Rcode.NOERROR);
}

export async function removeReverse(place: Name, name: Name, send: Send): Promise<void> {
  const pointer = pointerOf(place, name);
  const rcode = await send({ prerequisites: [isAlone(pointer)], changes: [remove(pointer)] });
  mustBe(rcode, Rcode.NOERROR, Rcode.NXRRSET, Rcode.NXDOMAIN);
}

function pointerOf(place: Name, name: Name): RecordData {
  return { name: place, type: RRType.PTR, rdata: nameOctets(name) };
}

function mustBe(rcode: number, ...expected: readonly number[]): void {
  if (!expected.includes(rcode)) throw new UpdateRefused(`was refused: ${mnemonicOfRcode(rcode)}`);
}
