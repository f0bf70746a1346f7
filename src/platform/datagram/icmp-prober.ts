/**
 * Asks hosts behind routers whether they are there, by the echo of ICMP. RFC 2131 §4.4.1 has servers do so.
 */
import { randomInt } from "node:crypto";
import type { Clock } from "#platform/clock/clock.ts";
import { IcmpType, icmpEchoOctets, readIcmpEchoReply, writeIcmpEcho } from "#protocols/link/icmp-echo.ts";
import { OptionCalls } from "./descriptor.ts";
import { interfaceError } from "./interface-error.ts";
import type { NetworkInterface } from "./interfaces.ts";
import { type Libc, systemError } from "./libc.ts";
import { limits } from "./limits.ts";
import { family, ipProtocol, level, option, socketAddress, socketType } from "./linux.ts";
import { type Prober, startProber } from "./prober.ts";

export interface IcmpProberOptions {
  readonly libc: Libc;
  /** Else by whichever the routes say. */
  readonly interface?: NetworkInterface;
  readonly clock?: Clock;
  /** The interface is down or no more; told once. */
  readonly onGone?: () => void;
}

/** Tells `true` for an address that answers. Throws ConfigError when a privilege is missing. */
export function openIcmpProber(options: IcmpProberOptions): Prober<true> {
  const { libc, clock, onGone } = options;
  try {
    return startProber({ libc, fd: openIcmp(options), form: echoForm(randomInt(0x1_0000)), clock, onGone });
  } catch (error) {
    const interfaceName = options.interface?.name ?? "any interface";
    throw interfaceError(error, { interfaceName, wants: "ICMP" });
  }
}

function openIcmp({ libc, interface: link }: IcmpProberOptions): number {
  const fd = libc.socket(family.inet, socketType.raw | socketType.closeOnExec, ipProtocol.icmp);
  if (fd < 0) throw systemError("socket", libc.errno());
  try {
    const calls = new OptionCalls(libc, fd);
    const allButReplies = ~(1 << IcmpType.echoReply);
    calls.set(level.raw, option.icmpFilter, allButReplies);
    calls.tries(level.socket, option.receiveBuffer, limits.probeBufferOctets);
    if (link !== undefined) calls.set(level.socket, option.bindToIndex, link.index);
    return fd;
  } catch (error) {
    libc.close(fd);
    throw error;
  }
}

function echoForm(identifier: number) {
  return {
    octetsMax: icmpEchoOctets,
    nameOctets: socketAddress[4].octets,
    write(octets: Uint8Array, name: DataView, address: number, sequence: number): number {
      name.setUint16(socketAddress.family, family.inet, true);
      name.setUint32(socketAddress[4].address, address);
      return writeIcmpEcho({ identifier, sequence }, octets);
    },
    read(octets: Uint8Array) {
      const reply = readIcmpEchoReply(octets);
      if (reply.identifier !== identifier) return undefined; // another program's
      return { address: reply.from, answer: true, sequence: reply.sequence } as const;
    },
  };
}
