/**
 * What the Linux kernel tells of links, addresses and routes. rtnetlink(7), linux/rtnetlink.h.
 *
 *     0                                 16                 24
 *     +--------+----+-----+-----+------+------------------+--- - -
 *     | length |type|flags| seq | port | ifaddrmsg, …     | attributes: length, type, value
 *     +--------+----+-----+-----+------+------------------+--- - -
 *
 * Numbers are in the machine's own order. Messages and attributes begin at multiples of four.
 */
import { WireError, WireReader } from "../dns/wire.ts";

export type RouteMessage = LinkMessage | AddressMessage | RouteEntryMessage | OtherMessage;

/** RTM_NEWLINK, RTM_DELLINK. */
export interface LinkMessage {
  readonly kind: "link";
  readonly isGone: boolean;
  readonly family: number;
  readonly index: number;
  /** See `linkFlag`. */
  readonly flags: number;
}

/** RTM_NEWADDR, RTM_DELADDR. */
export interface AddressMessage {
  readonly kind: "address";
  readonly isGone: boolean;
  readonly family: number;
  readonly index: number;
  readonly prefixLength: number;
  /** See `addressFlag`. */
  readonly flags: number;
  /** This machine's own; of a point-to-point link too. */
  readonly address: Uint8Array;
}

/** RTM_NEWROUTE, RTM_DELROUTE. */
export interface RouteEntryMessage {
  readonly kind: "route";
  readonly isGone: boolean;
  readonly family: number;
  readonly prefixLength: number;
  readonly table: number;
  /** Who has made it. */
  readonly protocol: number;
  readonly type: number;
  readonly flags: number;
  /** Undefined: the default route. */
  readonly destination: Uint8Array | undefined;
  readonly gateway: Uint8Array | undefined;
  /** Interface that it leads to; undefined: none, or several. */
  readonly index: number | undefined;
  readonly priority: number;
}

export interface OtherMessage {
  readonly kind: "other";
  readonly type: number;
}

export const MessageType = {
  NEWLINK: 16,
  DELLINK: 17,
  NEWADDR: 20,
  DELADDR: 21,
  NEWROUTE: 24,
  DELROUTE: 25,
} as const;

/** AF_*, socket.h. */
export const AddressFamily = { UNSPEC: 0, INET: 2, INET6: 10 } as const;

/** IFF_*, netdevice(7). */
export const linkFlag = { up: 0x1, running: 0x40 } as const;
/** IFA_F_*, linux/if_addr.h. */
export const addressFlag = { optimistic: 0x04, duplicate: 0x08, deprecated: 0x20, tentative: 0x40 } as const;
/** RTM_F_CLONED. */
export const routeFlag = { cloned: 0x200 } as const;
/** RT_TABLE_LOCAL, RTPROT_KERNEL, RTN_UNICAST. */
export const localTable = 255;
export const kernelProtocol = 2;
export const unicastType = 1;

/** Multicast groups of the protocol, as bits: RTMGRP_*. */
export const routeGroup = {
  link: 0x1,
  ipv4Address: 0x10,
  ipv4Route: 0x40,
  ipv6Address: 0x100,
  ipv6Route: 0x400,
} as const;

const headerOctets = 16;
const attributeHeaderOctets = 4;
/** NLA_F_NESTED and NLA_F_NET_BYTEORDER stand above. */
const attributeTypeMask = 0x3fff;
const attribute = {
  address: { address: 1, local: 2, flags: 8 }, // IFA_*
  route: { destination: 1, outputInterface: 4, gateway: 5, priority: 6, table: 15 }, // RTA_*
} as const;

/** All messages of one datagram. `isLittleEndian`: of the machine. Throws WireError. */
export function readRouteMessages(octets: Uint8Array, isLittleEndian: boolean): readonly RouteMessage[] {
  const reader = new HostReader(octets, isLittleEndian);
  const messages: RouteMessage[] = [];
  while (reader.remaining > 0) {
    const start = reader.at;
    const length = reader.u32("nlmsghdr.length");
    if (length < headerOctets) throw new WireError("bad-value", "nlmsghdr.length", start);
    const type = reader.u16("nlmsghdr.type");
    reader.take(10, "nlmsghdr");
    reader.take(length - headerOctets, "nlmsghdr.length");
    const body = reader.between(start + headerOctets, start + length);
    messages.push(readBody(type, body));
    reader.align(start, length);
  }
  return messages;
}

function readBody(type: number, body: HostReader): RouteMessage {
  switch (type) {
    case MessageType.NEWLINK:
    case MessageType.DELLINK:
      return readLink(body, type === MessageType.DELLINK);
    case MessageType.NEWADDR:
    case MessageType.DELADDR:
      return readAddress(body, type === MessageType.DELADDR);
    case MessageType.NEWROUTE:
    case MessageType.DELROUTE:
      return readRoute(body, type === MessageType.DELROUTE);
    default:
      return { kind: "other", type };
  }
}

/** struct ifinfomsg. */
function readLink(body: HostReader, isGone: boolean): LinkMessage {
  const family = body.u8("ifinfomsg.family");
  body.take(3, "ifinfomsg");
  const index = body.u32("ifinfomsg.index");
  const flags = body.u32("ifinfomsg.flags");
  body.take(4, "ifinfomsg.change");
  return { kind: "link", isGone, family, index, flags };
}

/** struct ifaddrmsg. */
function readAddress(body: HostReader, isGone: boolean): AddressMessage {
  const family = body.u8("ifaddrmsg.family");
  const prefixLength = body.u8("ifaddrmsg.prefixlen");
  const shortFlags = body.u8("ifaddrmsg.flags");
  body.take(1, "ifaddrmsg.scope");
  const index = body.u32("ifaddrmsg.index");
  const attributes = readAttributes(body, "ifaddrmsg");
  // IFA_ADDRESS is the other end of a point-to-point link; IFA_LOCAL, where it is, is this one
  const own = attributes.get(attribute.address.local) ?? attributes.get(attribute.address.address);
  const address = own?.rest() ?? new Uint8Array(0);
  if (address.length !== addressOctets(family))
    throw new WireError("bad-value", "ifaddrmsg.address", body.at);
  const flags = attributes.get(attribute.address.flags)?.u32("ifaddrmsg.flags") ?? shortFlags;
  return { kind: "address", isGone, family, index, prefixLength, flags, address };
}

/** struct rtmsg. */
function readRoute(body: HostReader, isGone: boolean): RouteEntryMessage {
  const family = body.u8("rtmsg.family");
  const prefixLength = body.u8("rtmsg.dst_len");
  body.take(2, "rtmsg");
  const shortTable = body.u8("rtmsg.table");
  const protocol = body.u8("rtmsg.protocol");
  body.take(1, "rtmsg.scope");
  const type = body.u8("rtmsg.type");
  const flags = body.u32("rtmsg.flags");
  const attributes = readAttributes(body, "rtmsg");
  const { destination, outputInterface, gateway, priority, table } = attribute.route;
  return {
    kind: "route",
    isGone,
    family,
    prefixLength,
    table: attributes.get(table)?.u32("rtmsg.table") ?? shortTable,
    protocol,
    type,
    flags,
    destination: attributes.get(destination)?.rest(),
    gateway: attributes.get(gateway)?.rest(),
    index: attributes.get(outputInterface)?.u32("rtmsg.oif"),
    priority: attributes.get(priority)?.u32("rtmsg.priority") ?? 0,
  };
}

function addressOctets(family: number): number | undefined {
  if (family === AddressFamily.INET) return 4;
  return family === AddressFamily.INET6 ? 16 : undefined;
}

function readAttributes(body: HostReader, field: string): ReadonlyMap<number, HostReader> {
  const attributes = new Map<number, HostReader>();
  while (body.remaining > 0) {
    const start = body.at;
    const length = body.u16(`${field}.attribute.length`);
    if (length < attributeHeaderOctets) throw new WireError("bad-value", `${field}.attribute.length`, start);
    const type = body.u16(`${field}.attribute.type`) & attributeTypeMask;
    body.take(length - attributeHeaderOctets, `${field}.attribute.length`);
    attributes.set(type, body.between(start + attributeHeaderOctets, start + length));
    body.align(start, length);
  }
  return attributes;
}

/** A cursor over numbers in the machine's order. */
class HostReader {
  readonly #reader: WireReader;
  readonly #view: DataView;
  readonly #isLittleEndian: boolean;

  constructor(octets: Uint8Array, isLittleEndian: boolean, at = 0, end = octets.length) {
    this.#reader = new WireReader(octets, at, end);
    this.#view = new DataView(octets.buffer, octets.byteOffset, octets.length);
    this.#isLittleEndian = isLittleEndian;
  }

  get at(): number {
    return this.#reader.at;
  }

  get remaining(): number {
    return this.#reader.remaining;
  }

  u8(field: string): number {
    return this.#reader.u8(field);
  }

  u16(field: string): number {
    return this.#view.getUint16(this.take(2, field), this.#isLittleEndian);
  }

  u32(field: string): number {
    return this.#view.getUint32(this.take(4, field), this.#isLittleEndian);
  }

  take(length: number, field: string): number {
    return this.#reader.take(length, field);
  }

  /** A copy of all that is left. */
  rest(): Uint8Array {
    return this.#reader.rest();
  }

  between(at: number, end: number): HostReader {
    return new HostReader(this.#reader.octets, this.#isLittleEndian, at, end);
  }

  /** Moves to where the next begins; the last one need not be filled up. */
  align(start: number, length: number): void {
    this.#reader.at = Math.min(start + Math.ceil(length / 4) * 4, this.#reader.end);
  }
}
