/**
 * UDP on one interface, for those who serve clients that have no address yet: it receives what arrives by
 * that interface alone, broadcasts need no route, and a client can be sent to by its hardware address.
 *
 * Two descriptors: an AF_INET one that is bound to the interface, and an AF_PACKET one that only sends.
 */
import type { Log } from "#contracts/log.ts";
import { WireError } from "#protocols/dns/wire.ts";
import { ipv4UdpHeaderOctets, writeIpv4Udp } from "#protocols/link/ipv4-udp.ts";
import { overflowOf } from "./descriptor.ts";
import { isToldFault } from "./fault-log.ts";
import { openInterfaceDescriptor } from "./interface-descriptor.ts";
import { interfaceError } from "./interface-error.ts";
import { ethernetAddressOctets, type NetworkInterface } from "./interfaces.ts";
import type { Libc } from "./libc.ts";
import { limits } from "./limits.ts";
import { etherType, family, linkAddress, packetInfo, socketAddress } from "./linux.ts";
import { openPacketSender, writeLinkAddress } from "./packet-socket.ts";
import { isInterfaceGone, isNothing, ReceiveBatch } from "./receive-batch.ts";
import { SendBatch, type SendCounters } from "./send-batch.ts";

/** Where a datagram came from: valid during the call that it is given to. */
export interface InterfaceDatagramSource {
  readonly address: number;
  readonly port: number;
  /** The address that it was sent to: one of ours, or a broadcast. 0 when the kernel does not tell. */
  readonly to: number;
}

export interface InterfaceDestination {
  /** Also 255.255.255.255, and the broadcast address of a network of the interface. */
  readonly address: number;
  readonly port: number;
  /** Which of our addresses it leaves from; 0 lets the kernel choose. */
  readonly from: number;
}

export interface HardwareDestination extends InterfaceDestination {
  readonly hardwareAddress: Uint8Array;
}

export interface InterfaceSocketCounters extends SendCounters {
  received: number;
  /** Too long to be received whole, or `onDatagram` threw WireError. */
  malformed: number;
  /** `onDatagram` threw something else. */
  faults: number;
  /** Calls of the kernel that failed though the interface is there. */
  receiveErrors: number;
  /** Thrown away by the kernel, because the receive buffer was full. */
  overflowed: number;
}

export interface InterfaceSocketOptions {
  readonly libc: Libc;
  readonly interface: NetworkInterface;
  /** Bound on every address of the interface, and the source port of what is sent by hardware address. */
  readonly port: number;
  readonly log: Log;
  /** The first `length` octets are the datagram; they are written over after the call. */
  readonly onDatagram: (octets: Uint8Array, length: number, from: InterfaceDatagramSource) => void;
  /** What one call has received has been given to `onDatagram`. What is queued now is sent afterwards. */
  readonly onBatchEnd?: () => void;
  /** The interface is down or no more. Told once; close the socket, and open another when it is back. */
  readonly onGone?: () => void;
}

export interface InterfaceSocket extends AsyncDisposable {
  readonly interface: NetworkInterface;
  readonly counters: Readonly<InterfaceSocketCounters>;
  /** Copies and queues; never throws. */
  send(to: InterfaceDestination, octets: Uint8Array, length: number): void;
  /** As `send`, past ARP: for a client that does not answer to its address yet. RFC 2131 §4.1. */
  sendToHardware(to: HardwareDestination, octets: Uint8Array, length: number): void;
  /** Gives what is queued to the kernel. */
  flush(): void;
}

/** Throws ConfigError when another program has the port, or a privilege is missing. */
export function openInterfaceSocket(options: InterfaceSocketOptions): InterfaceSocket {
  const { libc, port } = options;
  const wants = { interfaceName: options.interface.name, wants: `UDP port ${port}`, port };
  let fd = -1;
  try {
    fd = openInterfaceDescriptor(options);
    return new BoundSocket(options, fd, openPacketSender(libc));
  } catch (error) {
    if (fd >= 0) libc.close(fd);
    throw interfaceError(error, wants);
  }
}

class BoundSocket implements InterfaceSocket {
  readonly interface: NetworkInterface;
  readonly #options: InterfaceSocketOptions;
  readonly #fd: number;
  readonly #packetFd: number;
  readonly #counters: InterfaceSocketCounters = {
    received: 0,
    malformed: 0,
    faults: 0,
    receiveErrors: 0,
    overflowed: 0,
    sent: 0,
    dropped: 0,
    refused: 0,
  };
  readonly #source = { address: 0, port: 0, to: 0 };
  readonly #arrived: ReceiveBatch;
  readonly #datagrams: SendBatch;
  readonly #frames: SendBatch;
  readonly #watch: ReturnType<Libc["whenReadable"]>;
  #gone = false;
  #closed = false;

  constructor(options: InterfaceSocketOptions, fd: number, packetFd: number) {
    const { libc } = options;
    const { requestOctetsMax, replyOctetsMax } = limits;
    this.interface = options.interface;
    this.#options = options;
    this.#fd = fd;
    this.#packetFd = packetFd;
    const sends = { libc, counters: this.#counters, onGone: () => this.#tellGone() };
    this.#arrived = new ReceiveBatch({ libc, fd, octetsMax: requestOctetsMax, tellsAsked: true });
    this.#datagrams = new SendBatch({
      ...sends,
      fd,
      octetsMax: replyOctetsMax,
      nameOctets: socketAddress[4].octets,
      controlOctets: packetInfo[4].space,
    });
    this.#frames = new SendBatch({
      ...sends,
      fd: packetFd,
      octetsMax: ipv4UdpHeaderOctets + replyOctetsMax,
      nameOctets: linkAddress.octets,
    });
    this.#layOut();
    this.#watch = libc.whenReadable(fd, () => this.#serve());
  }

  get counters(): Readonly<InterfaceSocketCounters> {
    if (!this.#closed) this.#counters.overflowed = overflowOf(this.#options.libc, { fd: this.#fd });
    return this.#counters;
  }

  send(to: InterfaceDestination, octets: Uint8Array, length: number): void {
    if (this.#closed || length > limits.replyOctetsMax) {
      this.#counters.refused++;
      return;
    }
    const batch = this.#datagrams;
    const message = batch.next();
    copy(octets, batch.octets[message]!, 0, length);
    const name = batch.names[message]!;
    name.setUint16(socketAddress.port, to.port);
    name.setUint32(socketAddress[4].address, to.address);
    batch.controls[message]!.setUint32(packetInfo[4].address, to.from);
    batch.queue(length);
  }

  sendToHardware(to: HardwareDestination, octets: Uint8Array, length: number): void {
    const isEthernet = to.hardwareAddress.length === ethernetAddressOctets;
    if (this.#closed || length > limits.replyOctetsMax || !isEthernet) {
      this.#counters.refused++;
      return;
    }
    const batch = this.#frames;
    const message = batch.next();
    const packet = batch.octets[message]!;
    copy(octets, packet, ipv4UdpHeaderOctets, length);
    const { from, port: toPort } = to;
    const packetOctets = writeIpv4Udp(packet, length, {
      from,
      fromPort: this.#options.port,
      to: to.address,
      toPort,
    });
    const name = batch.names[message]!;
    for (let at = 0; at < ethernetAddressOctets; at++) {
      name.setUint8(linkAddress.address + at, to.hardwareAddress[at]!);
    }
    batch.queue(packetOctets);
  }

  flush(): void {
    if (this.#closed) return;
    if (this.#datagrams.queued > 0) this.#datagrams.flush();
    if (this.#frames.queued > 0) this.#frames.flush();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return;
    await Promise.resolve(); // a receiver may close its own socket: the batch it is in ends first
    if (this.#closed) return;
    this.flush();
    this.#counters.overflowed = overflowOf(this.#options.libc, { fd: this.#fd });
    this.#closed = true;
    this.#watch.close();
    this.#options.libc.close(this.#fd);
    this.#options.libc.close(this.#packetFd);
  }

  /** What is the same in every message that is sent. */
  #layOut(): void {
    const { index } = this.interface;
    for (const name of this.#datagrams.names) name.setUint16(socketAddress.family, family.inet, true);
    for (const control of this.#datagrams.controls) {
      control.setUint32(packetInfo.length, packetInfo[4].octets, true);
      control.setUint32(packetInfo.level, packetInfo[4].level, true);
      control.setUint32(packetInfo.type, packetInfo[4].type, true);
      // By the interface, whatever the routes say: so a broadcast needs none.
      control.setInt32(packetInfo[4].scope, index, true);
    }
    const hardwareAddress = new Uint8Array(ethernetAddressOctets);
    for (const name of this.#frames.names) {
      writeLinkAddress(name, { index, etherType: etherType.ipv4, hardwareAddress });
    }
  }

  #serve(): void {
    const arrived = this.#arrived;
    for (let batch = 0; batch < limits.batchesPerEventMax && !this.#closed; batch++) {
      const messages = arrived.receive();
      this.#counters.received += messages;
      for (let message = 0; message < messages; message++) this.#hand(message);
      if (messages > 0) {
        this.#endBatch();
        this.flush();
      }
      if (messages < arrived.messages) break;
    }
    this.#explain(arrived.failure);
  }

  #hand(message: number): void {
    const arrived = this.#arrived;
    if (arrived.isTruncated(message)) {
      this.#counters.malformed++;
      return;
    }
    const source = this.#source;
    const name = arrived.names[message]!;
    const control = arrived.controls[message]!;
    source.address = name.getUint32(socketAddress[4].address);
    source.port = name.getUint16(socketAddress.port);
    const isTold = control.getUint32(packetInfo.length, true) === packetInfo[4].octets;
    source.to = isTold ? control.getUint32(packetInfo.destination) : 0;
    try {
      this.#options.onDatagram(arrived.octets[message]!, arrived.lengthOf(message), source);
    } catch (error) {
      this.#blame(error);
    }
  }

  #endBatch(): void {
    try {
      this.#options.onBatchEnd?.();
    } catch (error) {
      this.#blame(error);
    }
  }

  #blame(error: unknown): void {
    if (error instanceof WireError) {
      this.#counters.malformed++;
      return;
    }
    const count = ++this.#counters.faults;
    const facts = { err: error, count, interface: this.interface.name };
    if (isToldFault(count)) this.#options.log.error(facts, "serving a datagram failed");
  }

  #explain(failure: number): void {
    if (this.#closed || isNothing(failure)) return;
    if (isInterfaceGone(failure)) this.#tellGone();
    else this.#counters.receiveErrors++;
    // An error of the socket has ended the watch. The call that told of it has taken it away.
    this.#watch.stop();
    this.#watch.start();
  }

  /** After what is being done now: who is told may close the socket. */
  #tellGone(): void {
    if (this.#gone) return;
    this.#gone = true;
    queueMicrotask(() => {
      if (!this.#closed) this.#options.onGone?.();
    });
  }
}

function copy(from: Uint8Array, into: Uint8Array, at: number, length: number): void {
  if (from.length === length) into.set(from, at);
  else into.set(from.subarray(0, length), at);
}
