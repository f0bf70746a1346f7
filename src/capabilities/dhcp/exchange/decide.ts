/**
 * What becomes of a request: a decision on the leases as they are, without doing any of it.
 *
 * DISCOVER  -> offer, or grant at once (rapid commit)
 * REQUEST   -> grant, or refuse (NAK)
 * DECLINE   -> quarantine
 * RELEASE   -> release
 * INFORM    -> inform
 */
import { MessageType, OptionCode } from "#protocols/dhcp4/codes.ts";
import { type AddressQuestion, chooseAddress, hindranceOf } from "../leases/address-choice.ts";
import { isActive, type Lease } from "../leases/lease.ts";
import type { LeaseTable } from "../leases/lease-table.ts";
import type { IgnoreReason, Request } from "./request.ts";

export interface Moment {
  /** Since 1970. */
  readonly nowSeconds: number;
  /** Of a clock that never goes back. */
  readonly monotonicMs: number;
}

export type Decision =
  | { readonly do: "ignore"; readonly why: IgnoreReason }
  /** `isNew`: the client has had nothing here yet. */
  | { readonly do: "offer"; readonly address: number; readonly isNew: boolean }
  /** `before`: what it has had till now, when it is the same lease that goes on. */
  | {
      readonly do: "grant";
      readonly address: number;
      readonly before: Lease | undefined;
      readonly rapid: boolean;
      readonly isNew: boolean;
    }
  /** NAK, and the end of its sentence. */
  | { readonly do: "refuse"; readonly why: string }
  | { readonly do: "decline"; readonly address: number }
  | { readonly do: "release"; readonly lease: Lease }
  | { readonly do: "inform" };

export function decide(request: Request, table: LeaseTable, moment: Moment): Decision {
  switch (request.type) {
    case MessageType.DISCOVER:
      return onDiscover(request, table, moment);
    case MessageType.REQUEST:
      return onRequest(request, table, moment);
    case MessageType.DECLINE:
      return onDecline(request, table, moment);
    case MessageType.RELEASE:
      return onRelease(request, table);
    default:
      return { do: "inform" };
  }
}

export function questionOf(request: Request, { nowSeconds, monotonicMs }: Moment): AddressQuestion {
  const { link, client, hardware, host, classNames, requested } = request;
  return { link, client, hardware, host, classes: classNames, requested, nowSeconds, nowMs: monotonicMs };
}

/** RFC 2131 §4.3.1. */
function onDiscover(request: Request, table: LeaseTable, moment: Moment): Decision {
  const address = chooseAddress(questionOf(request, moment), table);
  if (address === undefined) return { do: "ignore", why: "poolEmpty" };
  const before = leaseBefore(request, address, table);
  const isNew =
    table.of(request.client, request.link) === undefined && table.plan.hosts.at(address) === undefined;
  const rapid = table.plan.config.rapidCommit && request.message.options.has(OptionCode.rapidCommit);
  if (!rapid) return { do: "offer", address, isNew };
  return { do: "grant", address, before: activeOnly(before, moment), rapid, isNew }; // RFC 4039 §3.1
}

/** RFC 2131 §4.3.2: the four states of a client, told by what it sends. */
function onRequest(request: Request, table: LeaseTable, moment: Moment): Decision {
  const { serverIdentifier, requested, message } = request;
  if (serverIdentifier !== undefined) {
    if (!isOurs(serverIdentifier, request)) return { do: "ignore", why: "otherServer" };
    if (requested === undefined) return { do: "refuse", why: "the request names no address" };
    return takeUp(requested, request, table, moment, "selecting");
  }
  if (requested !== undefined && message.clientAddress === 0)
    return takeUp(requested, request, table, moment, "init-reboot");
  if (message.clientAddress !== 0) return takeUp(message.clientAddress, request, table, moment, "renewing");
  return { do: "ignore", why: "malformed" };
}

type ClientState = "selecting" | "init-reboot" | "renewing";

function takeUp(
  address: number,
  request: Request,
  table: LeaseTable,
  moment: Moment,
  state: ClientState,
): Decision {
  const hindrance = hindranceOf(address, questionOf(request, moment), table);
  const before = leaseBefore(request, address, table);
  const isKnown = before !== undefined || table.offers.at(address)?.client === request.client;
  if (hindrance === undefined && (isKnown || state === "selecting" || table.plan.config.authoritative)) {
    return { do: "grant", address, before: activeOnly(before, moment), rapid: false, isNew: !isKnown };
  }
  // Not ours to judge what another server may have given, of this network or another that shares the wire.
  // RFC 2131 §4.3.2, INIT-REBOOT; ISC's dhcpd is as silent when it is not authoritative.
  if (state !== "selecting" && !isKnown && !table.plan.config.authoritative)
    return { do: "ignore", why: "otherServer" };
  return { do: "refuse", why: `the address ${hindrance ?? "is not this machine's"}` };
}

/** RFC 2131 §4.3.3. Nobody declines for others: who has neither the lease nor the offer is not heard. */
function onDecline(request: Request, table: LeaseTable, { nowSeconds }: Moment): Decision {
  const { requested, serverIdentifier, client } = request;
  if (requested === undefined || (serverIdentifier !== undefined && !isOurs(serverIdentifier, request)))
    return { do: "ignore", why: "otherServer" };
  const lease = table.at(requested);
  const has =
    (lease?.client === client && isActive(lease, nowSeconds)) ||
    table.offers.at(requested)?.client === client;
  return has ? { do: "decline", address: requested } : { do: "ignore", why: "notTheirLease" };
}

/** RFC 2131 §4.3.4. It comes from the address itself, or through the client's relay. */
function onRelease(request: Request, table: LeaseTable): Decision {
  const { message, client, arrival, serverIdentifier } = request;
  if (serverIdentifier !== undefined && !isOurs(serverIdentifier, request))
    return { do: "ignore", why: "otherServer" };
  const lease = table.at(message.clientAddress);
  const isForged = message.relayAddress === 0 && arrival.from !== message.clientAddress;
  if (lease?.client !== client || lease.state !== "bound" || isForged)
    return { do: "ignore", why: "notTheirLease" };
  return { do: "release", lease };
}

function isOurs(address: number, { server, arrival, link }: Request): boolean {
  return (
    address === server ||
    link.subnets.some(({ serverAddress }) => serverAddress === address) ||
    arrival.local.some((one) => one.address === address)
  );
}

function leaseBefore({ client }: Request, address: number, table: LeaseTable): Lease | undefined {
  const lease = table.at(address);
  return lease?.client === client ? lease : undefined;
}

function activeOnly(lease: Lease | undefined, { nowSeconds }: Moment): Lease | undefined {
  return lease !== undefined && isActive(lease, nowSeconds) ? lease : undefined;
}
