/** A UDP descriptor that receives what arrives by one interface alone, on every address. */
import type { Log } from "#contracts/log.ts";
import { askForBuffers, OptionCalls } from "./descriptor.ts";
import type { NetworkInterface } from "./interfaces.ts";
import { type Libc, systemError } from "./libc.ts";
import { family, level, option, socketAddress, socketType } from "./linux.ts";

export interface InterfaceDescriptorOptions {
  readonly libc: Libc;
  readonly interface: NetworkInterface;
  readonly port: number;
  readonly log: Log;
}

/**
 * Without SO_REUSEADDR: sockets of different interfaces share a port anyway, and a program that has it on
 * all of them, or on this one, is found out.
 * Throws Error, as the kernel says it.
 */
export function openInterfaceDescriptor(options: InterfaceDescriptorOptions): number {
  const { libc, port, log } = options;
  const fd = libc.socket(family.inet, socketType.datagram | socketType.closeOnExec, 0);
  if (fd < 0) throw systemError("socket", libc.errno());
  try {
    const calls = new OptionCalls(libc, fd);
    calls.set(level.socket, option.bindToIndex, options.interface.index);
    calls.set(level.socket, option.broadcast, 1);
    calls.set(level.ip, option.ipPacketInfo, 1);
    askForBuffers(calls, log);
    const name = new DataView(new ArrayBuffer(socketAddress.slotOctets));
    name.setUint16(socketAddress.family, family.inet, true);
    name.setUint16(socketAddress.port, port);
    const bound = libc.bind(fd, libc.addressOf(name.buffer as ArrayBuffer), socketAddress[4].octets);
    if (bound < 0) throw systemError("bind", libc.errno());
    return fd;
  } catch (error) {
    libc.close(fd);
    throw error;
  }
}
