/** The program's log on standard error: JSON lines for machines, calm single lines at a terminal. */
import { pino } from "pino";
import type { Log } from "#contracts/log.ts";
import { mayHoldSecrets, redactedPaths, redactedValue } from "./redaction.ts";
import { type LogRecord, terminalLine } from "./terminal-line.ts";

export type LogLevel = "debug" | "info" | "warn" | "error" | "silent";

export interface LogOptions {
  readonly level?: LogLevel;
  /** Lines for people. Default: when standard error is a terminal. */
  readonly pretty?: boolean;
  /**
   * Takes one line with its newline. Default: standard error, written at once so that a crash loses nothing.
   */
  readonly destination?: { write(line: string): unknown };
}

export function createLog(options: LogOptions = {}): Log {
  const { level = "info", pretty = process.stderr.isTTY === true } = options;
  const destination = options.destination ?? standardError();
  const colour = options.destination === undefined && process.env["NO_COLOR"] === undefined;
  const lines = pretty ? forPeople(destination, colour) : destination;
  const common = { level, base: null, formatters: { level: (label: string) => ({ level: label }) } };
  const redact = { paths: [...redactedPaths], censor: redactedValue };
  return new SparingLog(pino(common, lines), pino({ ...common, redact }, lines));
}

/** Looking for all secrets costs 20 times what a line costs: only lines that may hold one pay for it. */
class SparingLog implements Log {
  readonly #plain: Log;
  readonly #careful: Log;

  constructor(plain: Log, careful: Log) {
    this.#plain = plain;
    this.#careful = careful;
  }

  debug(facts: object, sentence: string): void {
    this.#for(facts).debug(facts, sentence);
  }

  info(facts: object, sentence: string): void {
    this.#for(facts).info(facts, sentence);
  }

  warn(facts: object, sentence: string): void {
    this.#for(facts).warn(facts, sentence);
  }

  error(facts: object, sentence: string): void {
    this.#for(facts).error(facts, sentence);
  }

  child(facts: object): Log {
    const careful = this.#careful.child(facts);
    return new SparingLog(mayHoldSecrets(facts) ? careful : this.#plain.child(facts), careful);
  }

  #for(facts: object): Log {
    return mayHoldSecrets(facts) ? this.#careful : this.#plain;
  }
}

/** Whoever read the lines may have gone (a closed terminal, a broken pipe): that must not end the program. */
function standardError(): { write(line: string): unknown } {
  const destination = pino.destination({ fd: 2, sync: true });
  destination.on("error", () => undefined);
  return {
    write(line) {
      try {
        return destination.write(line);
      } catch {
        return undefined;
      }
    },
  };
}

function forPeople(
  destination: { write(line: string): unknown },
  colour: boolean,
): { write(line: string): void } {
  return {
    write(line) {
      const record: LogRecord = JSON.parse(line);
      destination.write(`${terminalLine(record, { colour })}\n`);
    },
  };
}
