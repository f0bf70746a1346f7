/**
 * Gives sockets of another program a larger receive buffer, which perfdhcp has no option for. The kernel's
 * default holds some 270 answers: a server that writes many leases to the disk together acknowledges as many
 * at a time, and what does not fit counts as dropped by the server.
 */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { setTimeout as delay } from "node:timers/promises";
import type * as Koffi from "koffi";
import { level, option } from "#platform/datagram/linux.ts";

const roomOctets = 4 * 1024 * 1024;
const [lookMs, patienceMs] = [2, 2_000];
/** The same on all machines that Linux has got since 2019: pidfd_open(2), pidfd_getfd(2). */
const systemCall = { pidfdOpen: 434, pidfdGetfd: 438 } as const;

/** Waits until a process runs `program` and has a socket. Returns how many have got more room. */
export async function giveReceiveRoom(pid: number, program: string): Promise<number> {
  const untilMs = performance.now() + patienceMs;
  while (performance.now() < untilMs) {
    const sockets = nameOf(pid) === program ? socketsOf(pid) : [];
    if (sockets.length > 0) return sockets.filter((socket) => enlarge(pid, socket)).length;
    await delay(lookMs);
  }
  return 0;
}

function nameOf(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/comm`, "utf8").trim();
  } catch {
    return undefined; // it has ended
  }
}

/** Those that datagrams come to: others are opened and closed again before. */
function socketsOf(pid: number): number[] {
  try {
    const bound = boundSockets(readFileSync(`/proc/${pid}/net/udp`, "latin1"));
    const folder = `/proc/${pid}/fd`;
    return readdirSync(folder)
      .filter((descriptor) => bound.has(readlinkSync(`${folder}/${descriptor}`)))
      .map(Number);
  } catch {
    return []; // it has ended, or has just closed one
  }
}

/** As /proc/PID/fd names them; the tenth field is the inode. proc_pid_net(5). */
export function boundSockets(table: string): Set<string> {
  const rows = table.trim().split("\n").slice(1);
  return new Set(rows.map((row) => `socket:[${row.trim().split(/\s+/)[9]}]`));
}

/** A descriptor of our own for the socket of the other, by which it is told. */
function enlarge(pid: number, descriptor: number): boolean {
  const { open, take, setOption, close } = declared();
  const process = open(systemCall.pidfdOpen, pid, 0);
  if (process < 0) return false;
  const socket = take(systemCall.pidfdGetfd, process, descriptor, 0);
  const done =
    socket >= 0 && setOption(socket, level.socket, option.receiveBufferForce, [roomOctets], 4) === 0;
  if (socket >= 0) close(socket);
  close(process);
  return done;
}

let calls: ReturnType<typeof declare> | undefined;

function declared(): ReturnType<typeof declare> {
  calls ??= declare(createRequire(import.meta.url)("koffi") as typeof Koffi);
  return calls;
}

function declare(koffi: typeof Koffi) {
  const library = koffi.load(null);
  return {
    open: library.func("syscall", "long", ["long", "int", "uint"]),
    take: library.func("syscall", "long", ["long", "int", "int", "uint"]),
    setOption: library.func("setsockopt", "int", ["int", "int", "int", "int *", "uint32"]),
    close: library.func("close", "int", ["int"]),
  };
}
