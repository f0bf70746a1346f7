/** What SQLite's result codes mean for an operator, and for a caller. */
import type { ConfigError } from "#contracts/configuration.ts";
import { damaged, storeProblem } from "./schema.ts";
import type { Failure } from "./thread-messages.ts";

/** Primary result codes. sqlite.org/rescode.html */
const ResultCode = {
  BUSY: 5,
  READONLY: 8,
  IOERR: 10,
  CORRUPT: 11,
  FULL: 13,
  CANTOPEN: 14,
  NOTADB: 26,
} as const;

/** The primary result code, 0 when SQLite did not throw this. */
export function resultCode(error: unknown): number {
  const errcode = error instanceof Error && "errcode" in error ? Number(error.errcode) : 0;
  return errcode & 0xff;
}

/** Why the database could not be opened. `holder` is what the process that has it wrote about itself. */
export function openProblem(
  error: unknown,
  file: string,
  holder: string | undefined,
): ConfigError | undefined {
  const why = error instanceof Error ? error.message : String(error);
  switch (resultCode(error)) {
    case ResultCode.BUSY:
      return storeProblem(
        "HP_STORE_IN_USE",
        file,
        `is in use by ${holder ?? "another process"}`,
        "stop that one, or give another folder with --data",
      );
    case ResultCode.CORRUPT:
    case ResultCode.NOTADB:
      return damaged(file, why);
    case ResultCode.READONLY:
    case ResultCode.CANTOPEN:
      return notWritable(file, why);
    case ResultCode.FULL:
      return storeProblem("HP_STORE_FULL", file, `no space: ${why}`, "free some space on the disk");
    case ResultCode.IOERR:
      return storeProblem("HP_STORE_FAILED", file, `the disk failed: ${why}`, "see the kernel's log (dmesg)");
    default:
      return undefined;
  }
}

export function notWritable(file: string, why: string): ConfigError {
  const remedy =
    "make its folder writable for the user that runs homeport, or give another folder with --data";
  return storeProblem("HP_STORE_NOT_WRITABLE", file, `cannot be written: ${why}`, remedy);
}

/** Why a call failed after the database was opened. */
export function failureOf(error: unknown, file: string): Failure {
  const why = error instanceof Error ? error.message : String(error);
  switch (resultCode(error)) {
    case ResultCode.FULL:
      return { code: "HP_STORE_FULL", sentence: `${file}: no space left (${why}); nothing was changed` };
    case ResultCode.CORRUPT:
    case ResultCode.NOTADB:
      return { code: "HP_STORE_FAILED", sentence: damaged(file, why).message };
    case ResultCode.IOERR:
      return {
        code: "HP_STORE_UNCONFIRMED",
        sentence: `${file}: the disk failed (${why}); could not confirm whether the change is stored`,
      };
    default:
      return { code: "HP_STORE_FAILED", sentence: `${file}: ${why}` };
  }
}

/** Only then is it certain that nothing was written, and sensible to try transactions one by one. */
export function isFull(error: unknown): boolean {
  return resultCode(error) === ResultCode.FULL;
}

/** After these the connection is not to be trusted: open the file again. */
export function mustReopen(error: unknown): boolean {
  const code = resultCode(error);
  return code === ResultCode.IOERR || code === ResultCode.CORRUPT || code === ResultCode.NOTADB;
}
