/**
 * One command of the CLI. A capability lists its commands; `surfaces/cli` makes help, completion and exit
 * codes of them.
 */

export interface Command {
  /** The words after `homeport`, such as ["zone", "check"]. */
  readonly words: readonly string[];
  readonly summary: string;
  /** Longer help, shown by `--help`: what it does, an example. */
  readonly help?: string;
  readonly arguments?: readonly CommandArgument[];
  readonly options?: readonly CommandOption[];
  run(call: CommandCall): Promise<ExitCode>;
}

export interface CommandArgument {
  readonly name: string;
  readonly summary: string;
  readonly required: boolean;
  /** Takes all the words that are left. */
  readonly variadic?: boolean;
  readonly complete?: Completion;
}

export interface CommandOption {
  /** Without the dashes: "root" is `--root`. */
  readonly name: string;
  readonly short?: string;
  /** Name of the value; a flag has none. */
  readonly value?: string;
  readonly summary: string;
  readonly choices?: readonly string[];
  readonly complete?: Completion;
}

/**
 * What a shell offers: paths, words of a fixed list, or the names and addresses that `homeport zone list
 * --json`, `homeport lease list --json` and other listings have.
 */
export type Completion = "file" | "folder" | "zone" | "lease" | readonly string[] | Listing;

/** Names that a command without arguments knows. */
export interface Listing {
  /** Its words, such as `ddns status`. */
  readonly command: string;
  /** The list in its JSON document. */
  readonly list: string;
}

export interface CommandCall {
  /** By name; a variadic one is a list. */
  readonly arguments: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
  /** True with --json: print exactly one JSON document on standard output. */
  readonly json: boolean;
  readonly terminal: Terminal;
  /** The running program's API over its Unix socket. */
  readonly api: ApiClient;
}

export interface Terminal {
  readonly columns: number;
  /** Colours and progress make sense. */
  readonly interactive: boolean;
  print(text: string): void;
  printError(text: string): void;
  /**
   * Asks a person, and resolves with the line that they type, without blanks around it; undefined: they broke
   * off. Absent: there is nobody to ask, as with --json.
   */
  readonly ask?: (question: string) => Promise<string | undefined>;
}

export interface ApiClient {
  /**
   * The answer's JSON, or its text when it is none. Throws `NotRunning` when no program listens, `ApiError`
   * for an answer other than 2xx.
   */
  request(method: "GET" | "POST" | "PUT" | "DELETE", path: string, body?: unknown): Promise<unknown>;
}

/** Nothing listens at the socket. */
export class NotRunning extends Error {
  override readonly name = "NotRunning";
}

/** The running program's refusal: its HTTP status, its stable code and its sentence. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  readonly code: string;
  /** What else the answer holds, such as the problems of a config. */
  readonly details: unknown;

  constructor(status: number, code: string, sentence: string, details?: unknown) {
    super(sentence);
    this.status = status;
    this.code = code;
    this.details = details;
  }
}

/** Documented in docs/exit-codes.md; scripts rely on them. */
export const ExitCode = {
  /** Done; nothing is wrong. */
  ok: 0,
  /** The command could not do its work. */
  failed: 1,
  /** The command line itself is wrong. */
  usage: 2,
  /** What was looked at has errors: a config, a zone file, an import with left-out parts. */
  problems: 3,
  /** No running program at the socket. */
  notRunning: 4,
  /** The name or zone asked for does not exist. */
  notFound: 5,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];
