/**
 * The C library's socket calls through the FFI, for Linux on x86-64 and 64-bit ARM: the layouts in `linux.ts`
 * are theirs.
 *
 * Memory is passed by address, and only memory of an explicit ArrayBuffer has one that lasts: V8 keeps small
 * typed arrays on its own heap and moves them.
 */
import { createRequire } from "node:module";
import { getSystemErrorName } from "node:util";
import type * as Koffi from "koffi";

/** Calls return what C does: -1 for an error, whose number `errno` then has. */
export interface Libc {
  socket(family: number, type: number, protocol: number): number;
  bind(fd: number, address: bigint, addressOctets: number): number;
  connect(fd: number, address: bigint, addressOctets: number): number;
  getsockname(fd: number, address: bigint, addressOctets: bigint): number;
  setsockopt(fd: number, level: number, option: number, value: bigint, valueOctets: number): number;
  getsockopt(fd: number, level: number, option: number, value: bigint, valueOctets: bigint): number;
  close(fd: number): number;
  recvmmsg(fd: number, headers: bigint, count: number, flags: number, timeout: bigint): number;
  sendmmsg(fd: number, headers: bigint, count: number, flags: number): number;
  poll(descriptors: bigint, count: number, waitMs: number): number;
  usleep(microseconds: number): number;
  /** Gives free memory of the heap back to the system. malloc_trim(3); does nothing where there is none. */
  mallocTrim(padOctets: number): number;
  errno(): number;
  addressOf(memory: ArrayBuffer): bigint;
  /** Calls back in the event loop while there is something to read. Makes the descriptor non-blocking. */
  whenReadable(fd: number, onReadable: () => void): { stop(): void; start(): void; close(): void };
}

export type LibcLoad =
  | { readonly libc: Libc; readonly missing?: never }
  /** Why there is none, as the end of a sentence. */
  | { readonly libc?: never; readonly missing: string };

let loaded: LibcLoad | undefined;

/** The calls, or why they cannot be had. `HOMEPORT_NO_FFI=1` does without, on any machine. */
export function loadLibc(environment: NodeJS.ProcessEnv = process.env): LibcLoad {
  if (environment["HOMEPORT_NO_FFI"] === "1") return { missing: "HOMEPORT_NO_FFI is 1" };
  loaded ??= load();
  return loaded;
}

function load(): LibcLoad {
  const machine = `${process.platform} ${process.arch}`;
  if (machine !== "linux x64" && machine !== "linux arm64") {
    return { missing: `it is for Linux on x64 and arm64, and this machine is ${machine}` };
  }
  try {
    const koffi = createRequire(import.meta.url)("koffi") as typeof Koffi;
    return { libc: declare(koffi) };
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
    return { missing: `the package koffi does not load (${reason})` };
  }
}

function declare(koffi: typeof Koffi): Libc {
  const library = koffi.load(null);
  const declared = (name: string, ...parameters: readonly string[]) =>
    library.func(name, "int", [...parameters]);
  return {
    socket: declared("socket", "int", "int", "int"),
    bind: declared("bind", "int", "uint64", "uint32"),
    connect: declared("connect", "int", "uint64", "uint32"),
    getsockname: declared("getsockname", "int", "uint64", "uint64"),
    setsockopt: declared("setsockopt", "int", "int", "int", "uint64", "uint32"),
    getsockopt: declared("getsockopt", "int", "int", "int", "uint64", "uint64"),
    close: declared("close", "int"),
    recvmmsg: declared("recvmmsg", "int", "uint64", "uint32", "int", "uint64"),
    sendmmsg: declared("sendmmsg", "int", "uint64", "uint32", "int"),
    usleep: declared("usleep", "uint32"),
    poll: declared("poll", "uint64", "uint64", "int"),
    mallocTrim: declaredIfThere(() => library.func("malloc_trim", "int", ["size_t"])),
    errno: () => koffi.errno(),
    addressOf: (memory) => koffi.address(memory),
    whenReadable(fd, onReadable) {
      // The FFI calls back past Node's own callbacks, after which promises are gone on with: those resolved
      // here
      // would wait for whatever happens next. An immediate happens at once.
      const call = () => {
        onReadable();
        setImmediate(goOn);
      };
      const handle = koffi.node.poll(fd, { readable: true }, call);
      return {
        stop: () => handle.stop(),
        start: () => handle.start({ readable: true }, call),
        close: () => handle.close(),
      };
    },
  };
}

function goOn(): void {}

/** For what only glibc has. */
function declaredIfThere(declare: () => (octets: number) => number): (octets: number) => number {
  try {
    return declare();
  } catch {
    return () => 0;
  }
}

/** The Error for a call that failed, with `code` as Node's own errors have it. */
export function systemError(call: string, errno: number): NodeJS.ErrnoException {
  const code = getSystemErrorName(-errno);
  return Object.assign(new Error(`${call} ${code}`), { code, errno: -errno, syscall: call });
}
