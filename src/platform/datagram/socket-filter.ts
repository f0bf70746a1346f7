/**
 * Programs by which the kernel keeps packets from a socket that does not want them. Classic BPF, bpf(4) of
 * BSD.
 */
import { type Libc, systemError } from "./libc.ts";
import { filter, ipProtocol, level, option } from "./linux.ts";

/** `ifTrue` and `ifFalse` are the instructions that a comparison skips. */
export interface FilterInstruction {
  readonly code: number;
  readonly value: number;
  readonly ifTrue?: number;
  readonly ifFalse?: number;
}

/** linux/bpf_common.h: class, size, mode, operation put together. */
const code = {
  loadByte: 0x30, // A = octet at value
  loadHalf: 0x28, // A = 16 bits at value
  loadHalfAtIndex: 0x48, // A = 16 bits at X + value
  loadHeaderLength: 0xb1, // X = 4 * (lower half of the octet at value), of an IPv4 header
  jumpIfEqual: 0x15,
  jumpIfAnySet: 0x45,
  end: 0x06,
} as const;

/** Of IPv4 packets, those that are UDP to `port`. Offsets are counted from the IPv4 header. RFC 791 §3.1. */
export function udpToPort(port: number): readonly FilterInstruction[] {
  const fragmentOffset = 0x1fff;
  return [
    { code: code.loadByte, value: 9 },
    { code: code.jumpIfEqual, value: ipProtocol.udp, ifFalse: 6 },
    { code: code.loadHalf, value: 6 },
    { code: code.jumpIfAnySet, value: fragmentOffset, ifTrue: 4 },
    { code: code.loadHeaderLength, value: 0 },
    { code: code.loadHalfAtIndex, value: 2 },
    { code: code.jumpIfEqual, value: port, ifFalse: 1 },
    { code: code.end, value: 0xffff },
    { code: code.end, value: 0 },
  ];
}

/** Throws Error, as the kernel says it. The kernel keeps a copy of the program. */
export function attachFilter(libc: Libc, fd: number, instructions: readonly FilterInstruction[]): void {
  const { instruction, program } = filter;
  const list = new DataView(new ArrayBuffer(instructions.length * instruction.octets));
  for (const [index, { code, value, ifTrue = 0, ifFalse = 0 }] of instructions.entries()) {
    const at = index * instruction.octets;
    list.setUint16(at + instruction.code, code, true);
    list.setUint8(at + instruction.ifTrue, ifTrue);
    list.setUint8(at + instruction.ifFalse, ifFalse);
    list.setUint32(at + instruction.value, value, true);
  }
  const whole = new DataView(new ArrayBuffer(program.octets));
  whole.setUint16(program.count, instructions.length, true);
  whole.setBigUint64(program.instructions, libc.addressOf(list.buffer as ArrayBuffer), true);
  const address = libc.addressOf(whole.buffer as ArrayBuffer);
  const set = libc.setsockopt(fd, level.socket, option.attachFilter, address, program.octets);
  if (set < 0) throw systemError("setsockopt", libc.errno());
}
