/**
 * DHCPv4 messages. RFC 2131 §2.
 *
 *      0               1               2               3
 *     +---------------+---------------+---------------+---------------+
 *   0 |   operation   | hardwareType  |     hlen      |     hops      |
 *     +---------------+---------------+---------------+---------------+
 *   4 |                         transactionId                         |
 *     +-------------------------------+-------------------------------+
 *   8 |            seconds            |B|           flags             |
 *     +-------------------------------+-------------------------------+
 *  12 |                  clientAddress (ciaddr)                       |
 *  16 |                  yourAddress   (yiaddr)                       |
 *  20 |                  serverAddress (siaddr)                       |
 *  24 |                  relayAddress  (giaddr)                       |
 *     +---------------------------------------------------------------+
 *  28 |                  hardwareAddress (chaddr, 16 octets)          |
 *  44 |                  serverName      (sname,  64 octets)          |
 * 108 |                  file                    (128 octets)         |
 *     +---------------------------------------------------------------+
 * 236 |                  magic cookie 63 82 53 63                     |
 *     +---------------------------------------------------------------+
 * 240 |  options: code, length, data ...; 0 is padding, 255 the end   |
 *     +---------------------------------------------------------------+
 *
 * Reading makes no copy and no text: what a message holds are views of the datagram, good until its buffer is
 * used for the next one. Only options that came in pieces are joined in octets of their own.
 */
import { WireError } from "../dns/wire.ts";
import { magicCookie, OptionCode } from "./codes.ts";
import { joinOctets } from "./join-octets.ts";
import { dhcp4Limits } from "./limits.ts";

/** What stands before the options. Addresses are numbers in host order, 0 for none. */
export interface Dhcp4Header {
  /** 1 from clients and relays, 2 from servers: `Operation`. */
  readonly operation: number;
  readonly hardwareType: number;
  readonly hops: number;
  readonly transactionId: number;
  readonly seconds: number;
  readonly flags: number;
  readonly clientAddress: number;
  readonly yourAddress: number;
  readonly serverAddress: number;
  readonly relayAddress: number;
  /** As long as `hlen` says: 6 octets for Ethernet, none for links without addresses. */
  readonly hardwareAddress: Uint8Array;
  /** Up to its first zero octet; empty where the field carries options. */
  readonly serverName: Uint8Array;
  /** Up to its first zero octet; empty where the field carries options. */
  readonly file: Uint8Array;
}

/** A message as it was read. */
export interface Dhcp4Message extends Dhcp4Header {
  /** By code; several of one code are one, joined. RFC 3396. */
  readonly options: ReadonlyMap<number, Uint8Array>;
}

/** Where `readDhcp4` finds each field. */
const offset = { xid: 4, seconds: 8, ciaddr: 12, chaddr: 28, sname: 44, file: 108, cookie: 236 } as const;

const nothing = new Uint8Array(0);

/** Options that the server decides by, and the one length that each has. RFC 2132 §9, RFC 3011 §2. */
const fixedLengths: readonly (readonly [code: number, octets: number])[] = [
  [OptionCode.requestedAddress, 4],
  [OptionCode.leaseTime, 4],
  [OptionCode.messageType, 1],
  [OptionCode.serverIdentifier, 4],
  [OptionCode.maximumMessageSize, 2],
  [OptionCode.subnetSelection, 4],
];

/** Reads a datagram. Throws WireError. */
export function readDhcp4(octets: Uint8Array): Dhcp4Message {
  const { length } = octets;
  if (length < dhcp4Limits.headerOctets) throw new WireError("short-input", "message", length);
  // BOOTP clients of before RFC 1048 have no cookie, and nothing that could be read behind it.
  if (u32(octets, offset.cookie) !== magicCookie)
    throw new WireError("bad-value", "magic cookie", offset.cookie);
  const operation = octets[0]!;
  if (operation !== 1 && operation !== 2) throw new WireError("bad-value", "operation", 0);
  const hardwareOctets = octets[2]!;
  if (hardwareOctets > dhcp4Limits.hardwareAddressOctetsMax) throw new WireError("too-long", "hlen", 2);
  const options = new Map<number, Uint8Array>();
  const overload = readOptions(octets, options);
  return {
    operation,
    hardwareType: octets[1]!,
    hops: octets[3]!,
    transactionId: u32(octets, offset.xid),
    seconds: (octets[offset.seconds]! << 8) | octets[offset.seconds + 1]!,
    flags: (octets[offset.seconds + 2]! << 8) | octets[offset.seconds + 3]!,
    clientAddress: u32(octets, offset.ciaddr),
    yourAddress: u32(octets, offset.ciaddr + 4),
    serverAddress: u32(octets, offset.ciaddr + 8),
    relayAddress: u32(octets, offset.ciaddr + 12),
    hardwareAddress:
      hardwareOctets === 0 ? nothing : octets.subarray(offset.chaddr, offset.chaddr + hardwareOctets),
    serverName: (overload & 2) === 0 ? upToZero(octets, offset.sname, offset.file) : nothing,
    file: (overload & 1) === 0 ? upToZero(octets, offset.file, offset.cookie) : nothing,
    options,
  };
}

/** The pieces of options that came more than once, by code, in their order. */
type Pieces = Map<number, Uint8Array[]>;

/**
 * Reads the options field, then those of `file` and `sname` that option 52 says carry options. RFC 2131
 * §4.1 gives this order, and pieces of one option are joined in it. RFC 3396 §5. Gives the value of option
 * 52.
 */
function readOptions(octets: Uint8Array, options: Map<number, Uint8Array>): number {
  let pieces = readField(octets, dhcp4Limits.headerOctets, octets.length, options, undefined);
  const option = options.get(OptionCode.overload);
  const overload = option?.[0] ?? 0;
  if (option !== undefined && (option.length !== 1 || overload > 3 || pieces?.has(OptionCode.overload)))
    throw new WireError("bad-value", "option 52", positionOf(option, octets));
  if ((overload & 1) !== 0) pieces = readField(octets, offset.file, offset.cookie, options, pieces);
  if ((overload & 2) !== 0) pieces = readField(octets, offset.sname, offset.file, options, pieces);
  if (pieces !== undefined) for (const [code, list] of pieces) options.set(code, joinOctets(list));
  for (let i = 0; i < fixedLengths.length; i++) {
    const [code, length] = fixedLengths[i]!;
    const data = options.get(code);
    if (data !== undefined && data.length !== length)
      throw new WireError("bad-value", `option ${code}`, positionOf(pieces?.get(code)?.[0] ?? data, octets));
  }
  return overload;
}

/** Where the length of an option stands. */
function positionOf(view: Uint8Array, octets: Uint8Array): number {
  return view.byteOffset - octets.byteOffset - 1;
}

/**
 * Reads one field. The end may be missing, as BOOTP clients leave it: then the field's end is the options'
 * end.
 */
function readField(
  octets: Uint8Array,
  start: number,
  end: number,
  options: Map<number, Uint8Array>,
  before: Pieces | undefined,
): Pieces | undefined {
  let pieces = before;
  let at = start;
  while (at < end) {
    const code = octets[at]!;
    if (code === OptionCode.end) break;
    if (code === OptionCode.pad) {
      at++;
      continue;
    }
    if (at + 2 > end) throw new WireError("short-input", `option ${code}`, at);
    const data = at + 2;
    at = data + octets[at + 1]!;
    if (at > end) throw new WireError("short-input", `option ${code}`, data - 1);
    const earlier = options.get(code);
    if (earlier === undefined) {
      options.set(code, octets.subarray(data, at));
    } else if (code !== OptionCode.overload || start === dhcp4Limits.headerOctets) {
      // In the other fields an option 52 comes too late to say anything.
      pieces ??= new Map();
      const list = pieces.get(code);
      if (list === undefined) pieces.set(code, [earlier, octets.subarray(data, at)]);
      else list.push(octets.subarray(data, at));
    }
  }
  return pieces;
}

function upToZero(octets: Uint8Array, start: number, end: number): Uint8Array {
  let at = start;
  while (at < end && octets[at] !== 0) at++;
  return at === start ? nothing : octets.subarray(start, at);
}

function u32(octets: Uint8Array, at: number): number {
  return ((octets[at]! << 24) | (octets[at + 1]! << 16) | (octets[at + 2]! << 8) | octets[at + 3]!) >>> 0;
}

export { type Dhcp4Option, type Dhcp4Reply, writeDhcp4 } from "./message-writer.ts";
