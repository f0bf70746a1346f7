/** The folder that one running program owns. */
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { ConfigError } from "#contracts/configuration.ts";

/** SQLITE_BUSY, the result code of a lock that somebody else holds. */
const sqliteBusy = 5;

export interface DataFolder extends Disposable {
  readonly folder: string;
}

/**
 * Makes the folder if need be, readable by its owner alone, and takes it. The lock is the kernel's (SQLite
 * asks for it), so it ends
 * with the process however that ends. Throws `ConfigError` when the folder cannot be had or another process
 * has it.
 */
export function takeDataFolder(folder: string): DataFolder {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(join(folder, "homeport.lock"), "", { flag: "a", mode: 0o600 });
  } catch (error) {
    const what = `the data folder cannot be written (${(error as NodeJS.ErrnoException).code})`;
    const remedy = "name another with --data DIR, or let this user write it";
    throw new ConfigError("HP_DATA_FOLDER", [{ severity: "error", file: folder, what, remedy }]);
  }
  const pidFile = join(folder, "homeport.pid");
  const lock = new DatabaseSync(join(folder, "homeport.lock"), { timeout: 0 });
  try {
    lock.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    lock.close();
    if ((error as { errcode?: number }).errcode !== sqliteBusy) throw error;
    const what = `${holderOf(pidFile)} runs with this data folder`;
    const remedy = "stop it (homeport stop), or name another folder with --data DIR";
    throw new ConfigError("HP_ALREADY_RUNNING", [{ severity: "error", file: folder, what, remedy }]);
  }
  writeFileSync(pidFile, `${process.pid}\n`, { mode: 0o644 });
  chmodSync(pidFile, 0o644);
  return {
    folder,
    [Symbol.dispose]() {
      rmSync(pidFile, { force: true });
      lock.close();
    },
  };
}

function holderOf(pidFile: string): string {
  try {
    return `process ${readFileSync(pidFile, "utf8").trim()}`;
  } catch {
    return "another process";
  }
}
