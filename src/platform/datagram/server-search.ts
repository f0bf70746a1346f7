/**
 * Broadcasts a UDP datagram on an interface and collects what is answered, beside whatever program has the
 * port: without binding it, by packets.
 */
import { type Clock, systemClock } from "#platform/clock/clock.ts";
import { WireError } from "#protocols/dns/wire.ts";
import { ipv4UdpHeaderOctets, readIpv4Udp, writeIpv4Udp } from "#protocols/link/ipv4-udp.ts";
import { interfaceError } from "./interface-error.ts";
import type { NetworkInterface } from "./interfaces.ts";
import type { Libc } from "./libc.ts";
import { limits } from "./limits.ts";
import { etherType, linkAddress } from "./linux.ts";
import { ethernetBroadcast, hardwareAddressIn, openPacketSocket, writeLinkAddress } from "./packet-socket.ts";
import { isNothing, ReceiveBatch } from "./receive-batch.ts";
import { SendBatch } from "./send-batch.ts";
import { udpToPort } from "./socket-filter.ts";

const broadcastAddress = 0xffff_ffff;

export interface UdpSearchOptions {
  readonly libc: Libc;
  readonly interface: NetworkInterface;
  readonly payload: Uint8Array;
  readonly toPort: number;
  /** Where it seems to come from, and where answers are looked for. */
  readonly fromPort: number;
  /** Who it seems to come from: 0, as a client without an address, unless told. */
  readonly from?: number;
  readonly waitMs: number;
  readonly answersMax?: number;
  /** Ends the search early, with what there is. */
  readonly signal?: AbortSignal;
  readonly clock?: Clock;
}

export interface UdpAnswer {
  readonly from: number;
  readonly hardwareAddress: Uint8Array;
  readonly octets: Uint8Array;
}

/**
 * What arrives on the interface for `fromPort` within `waitMs`, or until there are `answersMax`. Rejects with
 * ConfigError when a privilege is missing or the interface is down.
 */
export async function searchUdpAnswers(options: UdpSearchOptions): Promise<readonly UdpAnswer[]> {
  const { libc, interface: link, fromPort } = options;
  let fd = -1;
  try {
    fd = openPacketSocket({
      libc,
      interface: link,
      etherType: etherType.ipv4,
      filter: udpToPort(fromPort),
    });
    return await collect(options, fd);
  } catch (error) {
    throw interfaceError(error, { interfaceName: link.name, wants: `UDP port ${fromPort}` });
  } finally {
    if (fd >= 0) libc.close(fd);
  }
}

async function collect(options: UdpSearchOptions, fd: number): Promise<readonly UdpAnswer[]> {
  const { libc, waitMs, answersMax = limits.searchAnswersMax, signal, clock = systemClock } = options;
  const arrived = new ReceiveBatch({ libc, fd, octetsMax: limits.requestOctetsMax, messages: 16 });
  const answers: UdpAnswer[] = [];
  const ended = Promise.withResolvers<void>();
  const end = () => ended.resolve();
  const watch = libc.whenReadable(fd, () => {
    for (let batch = 0; batch < limits.batchesPerEventMax; batch++) {
      const messages = arrived.receive();
      for (let message = 0; message < messages && answers.length < answersMax; message++) {
        const answer = answerIn(arrived, message);
        if (answer !== undefined) answers.push(answer);
      }
      if (messages < arrived.messages) break;
    }
    // The interface went down: nobody will answer any more.
    if (answers.length >= answersMax || !isNothing(arrived.failure)) end();
  });
  const timer = clock.every(waitMs, end);
  signal?.addEventListener("abort", end);
  try {
    if (signal?.aborted !== true) {
      broadcast(options, fd);
      await ended.promise;
    }
    return answers;
  } finally {
    signal?.removeEventListener("abort", end);
    timer[Symbol.dispose]();
    watch.close();
  }
}

/** Throws Error when the kernel does not take it. */
function broadcast(options: UdpSearchOptions, fd: number): void {
  const { libc, interface: link, payload, toPort, fromPort, from = 0 } = options;
  const counters = { sent: 0, dropped: 0, refused: 0 };
  let gone = false;
  const batch = new SendBatch({
    libc,
    fd,
    octetsMax: ipv4UdpHeaderOctets + payload.length,
    nameOctets: linkAddress.octets,
    messages: 1,
    counters,
    onGone: () => {
      gone = true;
    },
  });
  const hardwareAddress = ethernetBroadcast;
  writeLinkAddress(batch.names[0]!, { index: link.index, etherType: etherType.ipv4, hardwareAddress });
  const packet = batch.octets[0]!;
  packet.set(payload, ipv4UdpHeaderOctets);
  batch.queue(writeIpv4Udp(packet, payload.length, { from, fromPort, to: broadcastAddress, toPort }));
  batch.flush();
  if (counters.sent === 1) return;
  throw Object.assign(new Error("the broadcast could not be sent"), gone ? { code: "ENETDOWN" } : {});
}

function answerIn(arrived: ReceiveBatch, message: number): UdpAnswer | undefined {
  if (arrived.isTruncated(message)) return undefined;
  try {
    const octets = arrived.octets[message]!.subarray(0, arrived.lengthOf(message));
    const { from, payload } = readIpv4Udp(octets);
    return { from, hardwareAddress: hardwareAddressIn(arrived.names[message]!), octets: payload.slice() };
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
}
