/** Unix sockets whose path is too long for the kernel are reached through their folder's descriptor. */
import { closeSync, constants, openSync } from "node:fs";
import { basename, dirname } from "node:path";
import { limits } from "./limits.ts";

export interface SocketPath extends Disposable {
  /** For `listen` or `connect`, valid until disposal. */
  readonly path: string;
}

/**
 * Throws an error of the system when the folder cannot be opened, and `RangeError` when nothing shortens the
 * path.
 */
export function reachSocket(socket: string): SocketPath {
  if (Buffer.byteLength(socket) <= limits.socketPathOctetsMax) return { path: socket, [Symbol.dispose]() {} };
  const descriptor = openSync(dirname(socket), constants.O_RDONLY | constants.O_DIRECTORY);
  const path = `/proc/self/fd/${descriptor}/${basename(socket)}`;
  if (process.platform !== "linux" || Buffer.byteLength(path) > limits.socketPathOctetsMax) {
    closeSync(descriptor);
    throw new RangeError(`${socket} is too long for a socket; name a shorter one with --socket PATH`);
  }
  return { path, [Symbol.dispose]: () => closeSync(descriptor) };
}
