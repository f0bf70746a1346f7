/** The folder of the database: made for its owner only, with a note of who has it open. */
import {
  chmodSync,
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { notWritable } from "./sqlite-error.ts";

export interface DataFolder {
  readonly database: string;
  /**
   * Written after the lock is taken, so it may be that of a process that died: the lock itself is the
   * kernel's.
   */
  readonly holder: string;
}

/**
 * Makes folder and file with their modes, before SQLite would with those of the umask. Throws ConfigError.
 */
export function prepareFolder(folder: string): DataFolder {
  const database = join(folder, "store.db");
  try {
    if (mkdirSync(folder, { recursive: true, mode: 0o700 }) !== undefined) chmodSync(folder, 0o700);
    closeSync(openSync(database, "a", 0o600)); // -wal takes its mode from this one
    chmodSync(database, 0o600);
    const opened = openSync(folder, "r");
    try {
      fsyncSync(opened); // the new file's name must survive a power loss as its contents do
    } finally {
      closeSync(opened);
    }
  } catch (error) {
    throw notWritable(database, error instanceof Error ? error.message : String(error));
  }
  return { database, holder: join(folder, "store.holder") };
}

export function writeHolder(place: DataFolder): void {
  writeFileSync(place.holder, `${process.pid}\n`, { mode: 0o600 });
}

/** "process 4711", when it left a note. */
export function readHolder(place: DataFolder): string | undefined {
  try {
    const pid = readFileSync(place.holder, "utf8").trim();
    if (pid === String(process.pid)) return "this same process";
    return /^\d+$/.test(pid) ? `process ${pid}` : undefined;
  } catch {
    return undefined; // no note: the lock is what counts
  }
}

export function removeHolder(place: DataFolder): void {
  rmSync(place.holder, { force: true });
}
