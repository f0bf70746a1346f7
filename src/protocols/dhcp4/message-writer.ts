/** Writes DHCPv4 messages into the buffer that they are sent from. */
import assert from "node:assert/strict";
import { magicCookie, OptionCode } from "./codes.ts";
import { dhcp4Limits } from "./limits.ts";
import type { Dhcp4Header } from "./message.ts";

/** An option that is to be written. */
export interface Dhcp4Option {
  readonly code: number;
  /** Of any length: what is longer than 255 octets is written in pieces. RFC 3396 §5. */
  readonly data: Uint8Array;
}

/** A message that is to be written. */
export interface Dhcp4Reply extends Dhcp4Header {
  /** In the order wanted; only option 82 is moved, to the end. RFC 3046 §2.1. */
  readonly options: readonly Dhcp4Option[];
  /**
   * What the client takes: what its option 57 says less the 28 octets of IP and UDP headers, else
   * `dhcp4Limits.messageOctetsDefault`. Option 82 is not counted: the relay agent takes it off.
   */
  readonly octetsMax: number;
}

/** What became of a reply. */
export interface WrittenDhcp4 {
  /** How many octets of the buffer the message takes. */
  readonly octets: number;
  /** Codes of options that had no room. */
  readonly left: readonly number[];
}

const offset = { sname: 44, file: 108, cookie: 236 } as const;
const noneLeft: readonly number[] = [];
/** Option 52 and the end. */
const overloadOctets = 3;
const endOctets = 1;

/**
 * Writes a message. What has no room in the options field goes into `file`, then into `serverName`, where
 * these are empty (option 52, RFC 2132 §9.3); what has none there either is left out and told. 53 and 54
 * are never left out, and 82 only if the buffer itself is too short for it. A message that would be shorter
 * than BOOTP's is padded.
 */
export function writeDhcp4(message: Dhcp4Reply, into: Uint8Array): WrittenDhcp4 {
  assert(into.length >= dhcp4Limits.messageOctetsMin);
  writeHeader(message, into);
  let size = dhcp4Limits.headerOctets + endOctets;
  let relayOctets = 0;
  for (const { code, data } of message.options) {
    const octets = encodedOctets(data);
    size += octets;
    if (code === OptionCode.relayAgentInformation) relayOctets += octets;
  }
  const limit = Math.min(
    Math.max(message.octetsMax, dhcp4Limits.messageOctetsMin) + relayOctets,
    into.length,
  );
  if (size > limit) return writeCrowded(message, into, limit, relayOctets);
  let at: number = dhcp4Limits.headerOctets;
  for (const option of message.options) {
    if (option.code !== OptionCode.relayAgentInformation) at = writeOption(option, into, at);
  }
  return { octets: finish(message, into, at), left: noneLeft };
}

function writeHeader(message: Dhcp4Reply, into: Uint8Array): void {
  const { hardwareAddress, serverName, file } = message;
  assert(hardwareAddress.length <= dhcp4Limits.hardwareAddressOctetsMax);
  assert(serverName.length <= dhcp4Limits.serverNameOctets);
  assert(file.length <= dhcp4Limits.fileOctets);
  into.fill(0, 28, offset.cookie);
  into[0] = message.operation;
  into[1] = message.hardwareType;
  into[2] = hardwareAddress.length;
  into[3] = message.hops;
  writeU32(message.transactionId, into, 4);
  into[8] = message.seconds >>> 8;
  into[9] = message.seconds;
  into[10] = message.flags >>> 8;
  into[11] = message.flags;
  writeU32(message.clientAddress, into, 12);
  writeU32(message.yourAddress, into, 16);
  writeU32(message.serverAddress, into, 20);
  writeU32(message.relayAddress, into, 24);
  into.set(hardwareAddress, 28);
  into.set(serverName, offset.sname);
  into.set(file, offset.file);
  writeU32(magicCookie, into, offset.cookie);
}

/** A field that options go into, and where the next one goes. */
interface Room {
  at: number;
  readonly start: number;
  readonly end: number;
}

/** Writes a message that does not take all of its options where they belong. */
function writeCrowded(
  message: Dhcp4Reply,
  into: Uint8Array,
  limit: number,
  relayOctets: number,
): WrittenDhcp4 {
  const left: number[] = [];
  const isRelayLeft = relayOctets > into.length - dhcp4Limits.messageOctetsMin;
  const file: Room = room(message.file.length === 0, offset.file, offset.cookie);
  const serverName: Room = room(message.serverName.length === 0, offset.sname, offset.file);
  const mayOverload = file.end > file.start || serverName.end > serverName.start;
  let kept = (mayOverload ? overloadOctets : 0) + endOctets + (isRelayLeft ? 0 : relayOctets);
  for (const { code, data } of message.options) if (isNeeded(code)) kept += encodedOctets(data);
  let at: number = dhcp4Limits.headerOctets;
  for (const option of message.options) {
    const { code, data } = option;
    if (code === OptionCode.relayAgentInformation) {
      if (isRelayLeft) left.push(code);
      continue;
    }
    const octets = encodedOctets(data);
    if (isNeeded(code)) kept -= octets;
    if (at + octets + kept <= limit || isNeeded(code)) {
      at = writeOption(option, into, at);
    } else if (file.at + octets <= file.end) {
      file.at = writeOption(option, into, file.at);
    } else if (serverName.at + octets <= serverName.end) {
      serverName.at = writeOption(option, into, serverName.at);
    } else {
      left.push(code);
    }
  }
  const overload = closeRoom(file, into, 1) | closeRoom(serverName, into, 2);
  if (overload !== 0) {
    into[at++] = OptionCode.overload;
    into[at++] = 1;
    into[at++] = overload;
  }
  return { octets: isRelayLeft ? endMessage(into, at) : finish(message, into, at), left };
}

/** An empty field, less one octet for the end. */
function room(isFree: boolean, start: number, end: number): Room {
  return { at: start, start, end: isFree ? end - endOctets : start };
}

function closeRoom(room: Room, into: Uint8Array, bit: number): number {
  if (room.at === room.start) return 0;
  into[room.at] = OptionCode.end;
  return bit;
}

function isNeeded(code: number): boolean {
  return code === OptionCode.messageType || code === OptionCode.serverIdentifier;
}

/** Writes option 82, the end, and the padding. Gives the length of the message. */
function finish(message: Dhcp4Reply, into: Uint8Array, start: number): number {
  let at = start;
  for (const option of message.options) {
    if (option.code === OptionCode.relayAgentInformation) at = writeOption(option, into, at);
  }
  return endMessage(into, at);
}

function endMessage(into: Uint8Array, at: number): number {
  into[at] = OptionCode.end;
  const length = at + endOctets;
  if (length >= dhcp4Limits.messageOctetsMin) return length;
  into.fill(0, length, dhcp4Limits.messageOctetsMin);
  return dhcp4Limits.messageOctetsMin;
}

/** The octets of an option with the code and length of each piece. */
function encodedOctets(data: Uint8Array): number {
  const { optionOctetsMax } = dhcp4Limits;
  const pieces = data.length <= optionOctetsMax ? 1 : Math.ceil(data.length / optionOctetsMax);
  return data.length + 2 * pieces;
}

function writeOption({ code, data }: Dhcp4Option, into: Uint8Array, start: number): number {
  assert(code !== OptionCode.pad && code !== OptionCode.end);
  let at = start;
  if (data.length <= dhcp4Limits.optionOctetsMax) {
    into[at] = code;
    into[at + 1] = data.length;
    into.set(data, at + 2);
    return at + 2 + data.length;
  }
  for (let from = 0; from < data.length; from += dhcp4Limits.optionOctetsMax) {
    const length = Math.min(data.length - from, dhcp4Limits.optionOctetsMax);
    into[at++] = code;
    into[at++] = length;
    for (let i = 0; i < length; i++) into[at++] = data[from + i]!;
  }
  return at;
}

function writeU32(value: number, into: Uint8Array, at: number): void {
  into[at] = value >>> 24;
  into[at + 1] = value >>> 16;
  into[at + 2] = value >>> 8;
  into[at + 3] = value;
}
