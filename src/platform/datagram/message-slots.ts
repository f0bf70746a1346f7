/**
 * The memory of a batch: for each message a request, an answer, a peer, and what the kernel wants to know of
 * them. Laid out once; afterwards only numbers change in it.
 *
 * ```
 * receive header i -> name i, receive vector i -> request i, control i
 * send header k    -> name i, send vector i    -> reply i,   send control i     (k-th answer, of message i)
 * ```
 */
import type { AddressFamily } from "#platform/listen/endpoint.ts";
import type { Libc } from "./libc.ts";
import { header, packetInfo, socketAddress, vector } from "./linux.ts";
import { SlotPeer } from "./socket-address.ts";

/** Requests and replies: what sockets that take turns in one thread may share. */
export class MessageRoom {
  readonly messages: number;
  readonly requestOctetsMax: number;
  readonly replyOctetsMax: number;
  readonly requests: readonly Uint8Array[];
  readonly replies: readonly Uint8Array[];

  constructor(size: {
    readonly messages: number;
    readonly requestOctetsMax: number;
    readonly replyOctetsMax: number;
  }) {
    this.messages = size.messages;
    this.requestOctetsMax = size.requestOctetsMax;
    this.replyOctetsMax = size.replyOctetsMax;
    this.requests = cut(size.messages, size.requestOctetsMax);
    this.replies = cut(size.messages, size.replyOctetsMax);
  }
}

function cut(messages: number, octets: number): readonly Uint8Array[] {
  const cacheLine = 64;
  const stride = Math.ceil(octets / cacheLine) * cacheLine;
  const memory = new ArrayBuffer(messages * stride);
  return Array.from({ length: messages }, (_, index) => new Uint8Array(memory, index * stride, octets));
}

const wordsPerHeader = header.octets / 4;
const wordsPerVector = vector.octets / 4;
const wordsPerControl = packetInfo.slotOctets / 4;

export class MessageSlots {
  readonly room: MessageRoom;
  readonly peers: readonly SlotPeer[];
  /** Of the first receive header. */
  readonly receiveAddress: bigint;
  /** Of each send header: a call begins at any. */
  readonly sendAddresses: readonly bigint[];
  readonly #family: AddressFamily;
  readonly #tellsAsked: boolean;
  readonly #headers: Uint32Array;
  readonly #vectors: Uint32Array;
  readonly #controls: Uint32Array;
  /** Which message the k-th send header is laid out for. */
  readonly #messageOf: Uint32Array;

  constructor(libc: Libc, family: AddressFamily, tellsAsked: boolean, room: MessageRoom) {
    const { messages } = room;
    this.room = room;
    this.#family = family;
    this.#tellsAsked = tellsAsked;
    const names = new ArrayBuffer(messages * socketAddress.slotOctets);
    const controls = new ArrayBuffer(2 * messages * packetInfo.slotOctets);
    const vectors = new ArrayBuffer(2 * messages * vector.octets);
    const headers = new ArrayBuffer(2 * messages * header.octets);
    this.#headers = new Uint32Array(headers);
    this.#vectors = new Uint32Array(vectors);
    this.#controls = new Uint32Array(controls);
    this.#messageOf = Uint32Array.from({ length: messages }, (_, message) => message);
    this.peers = Array.from({ length: messages }, (_, message) => {
      const name = new DataView(names, message * socketAddress.slotOctets, socketAddress.slotOctets);
      if (!tellsAsked) return new SlotPeer(family, name);
      const control = new DataView(controls, message * packetInfo.slotOctets, packetInfo.slotOctets);
      return new SlotPeer(family, name, control);
    });
    const at = {
      requests: libc.addressOf(room.requests[0]!.buffer as ArrayBuffer),
      replies: libc.addressOf(room.replies[0]!.buffer as ArrayBuffer),
      names: libc.addressOf(names),
      controls: libc.addressOf(controls),
      vectors: libc.addressOf(vectors),
      headers: libc.addressOf(headers),
    };
    const headerView = new DataView(headers);
    const vectorView = new DataView(vectors);
    // Receive headers, vectors and controls first, those to send behind them.
    for (let index = 0; index < 2 * messages; index++) {
      const message = index % messages;
      const sends = index >= messages;
      const octets = (sends ? room.replies : room.requests)[message]!;
      const base = sends ? at.replies : at.requests;
      vectorView.setBigUint64(index * vector.octets, base + BigInt(octets.byteOffset), true);
      vectorView.setBigUint64(index * vector.octets + vector.length, BigInt(octets.length), true);
      const start = index * header.octets;
      headerView.setBigUint64(start, at.names + BigInt(message * socketAddress.slotOctets), true);
      headerView.setUint32(start + header.nameLength, socketAddress[family].octets, true);
      headerView.setBigUint64(start + header.vectors, at.vectors + BigInt(index * vector.octets), true);
      headerView.setUint32(start + header.vectorCount, 1, true);
      if (!tellsAsked) continue;
      const control = at.controls + BigInt(index * packetInfo.slotOctets);
      headerView.setBigUint64(start + header.control, control, true);
      const controlOctets = sends ? packetInfo[family].space : packetInfo.slotOctets;
      headerView.setUint32(start + header.controlLength, controlOctets, true);
    }
    this.receiveAddress = at.headers;
    this.sendAddresses = Array.from(
      { length: messages },
      (_, message) => at.headers + BigInt((messages + message) * header.octets),
    );
  }

  /** Octets of a received message. */
  lengthOf(message: number): number {
    return this.#headers[message * wordsPerHeader + header.length / 4]!;
  }

  flagsOf(message: number): number {
    return this.#headers[message * wordsPerHeader + header.flags / 4]!;
  }

  /** What the kernel wrote over in the first `received` headers, for the next batch. */
  resetReceived(received: number): void {
    const headers = this.#headers;
    const nameOctets = socketAddress[this.#family].octets;
    const controlOctets = this.#tellsAsked ? packetInfo.slotOctets : 0;
    for (let message = 0; message < received; message++) {
      const start = message * wordsPerHeader;
      headers[start + header.nameLength / 4] = nameOctets;
      headers[start + header.controlLength / 4] = controlOctets;
      // Else a message that comes without a control message would have the one before it.
      if (this.#tellsAsked) this.#controls[message * wordsPerControl + packetInfo.length / 4] = 0;
    }
  }

  /** Makes `message`'s reply the `position`-th to be sent, to where the message came from. */
  queue(position: number, message: number, replyOctets: number): void {
    const { messages } = this.room;
    this.#vectors[(messages + message) * wordsPerVector + vector.length / 4] = replyOctets;
    if (this.#messageOf[position] !== message) this.#layOut(position, message);
    if (this.#tellsAsked) this.#sendFromAsked(position, message);
  }

  /** Copies what differs between send headers from the receive header; the rest is `messages` further on. */
  #layOut(position: number, message: number): void {
    const { messages } = this.room;
    const headers = this.#headers;
    const from = message * wordsPerHeader;
    const to = (messages + position) * wordsPerHeader;
    headers[to] = headers[from]!;
    headers[to + 1] = headers[from + 1]!;
    addWords(headers, to + header.vectors / 4, from + header.vectors / 4, messages * vector.octets);
    if (this.#tellsAsked) {
      const offset = messages * packetInfo.slotOctets;
      addWords(headers, to + header.control / 4, from + header.control / 4, offset);
    }
    this.#messageOf[position] = message;
  }

  #sendFromAsked(position: number, message: number): void {
    const { messages } = this.room;
    const layout = packetInfo[this.#family];
    const peer = this.peers[message]!;
    const lengthWord = (messages + position) * wordsPerHeader + header.controlLength / 4;
    if (!peer.hasAsked) {
      this.#headers[lengthWord] = 0;
      return;
    }
    this.#headers[lengthWord] = layout.space;
    const controls = this.#controls;
    const from = message * wordsPerControl;
    const to = (messages + message) * wordsPerControl;
    controls[to] = layout.octets;
    controls[to + packetInfo.level / 4] = layout.level;
    controls[to + packetInfo.type / 4] = layout.type;
    for (let word = layout.address / 4; word < layout.address / 4 + (this.#family === 6 ? 4 : 1); word++) {
      controls[to + word] = controls[from + word]!;
    }
    // The interface only where the address means nothing without: else the kernel's routes choose.
    if (this.#family === 6) controls[to + layout.scope / 4] = peer.askedScope;
  }
}

/** A number of 64 bits in two words, plus `offset`. */
function addWords(words: Uint32Array, to: number, from: number, offset: number): void {
  const low = words[from]! + offset;
  words[to] = low;
  words[to + 1] = words[from + 1]! + (low > 0xffff_ffff ? 1 : 0);
}
