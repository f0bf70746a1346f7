/**
 * One log record as a person wants it at a terminal: time, level if it matters, the sentence, then the facts.
 */

export interface LogRecord {
  readonly level: string;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly msg?: string;
  readonly [fact: string]: unknown;
}

const colours = { dim: "2", yellow: "33", red: "31" } as const;

/** `15:04:05 warn  zone file has errors  zone=example.net line=7` */
export function terminalLine(record: LogRecord, options: { readonly colour: boolean }): string {
  const { level, time, msg = "", ...facts } = record;
  const paint = (colour: keyof typeof colours, text: string) =>
    options.colour && text !== "" ? `\u001b[${colours[colour]}m${text}\u001b[0m` : text;
  const shownLevel = level === "info" ? "" : `${level} `;
  const words = Object.entries(facts).map(([name, value]) => `${name}=${shownValue(value)}`);
  return [
    paint("dim", clockTime(time)),
    " ",
    level === "error" || level === "fatal" ? paint("red", shownLevel) : "",
    level === "warn" ? paint("yellow", shownLevel) : "",
    level === "debug" || level === "trace" ? paint("dim", shownLevel) : "",
    plain(msg),
    words.length === 0 ? "" : `  ${paint("dim", words.join(" "))}`,
  ].join("");
}

function clockTime(atMs: number): string {
  const at = new Date(atMs);
  return [at.getHours(), at.getMinutes(), at.getSeconds()]
    .map((part) => String(part).padStart(2, "0"))
    .join(":");
}

function shownValue(value: unknown): string {
  if (isLoggedError(value)) return shownError(value);
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "undefined");
  return /^[^\s"=]+$/.test(text) || typeof value !== "string" ? plain(text) : plain(JSON.stringify(text));
}

interface LoggedError {
  readonly message: string;
  readonly stack: string;
}

function isLoggedError(value: unknown): value is LoggedError {
  return typeof value === "object" && value !== null && "stack" in value && "message" in value;
}

/** The message and where it was thrown; the whole stack is in the JSON form. */
function shownError(error: LoggedError): string {
  const thrownAt = /\n\s+at (.*)/.exec(String(error.stack))?.[1];
  return plain(`${JSON.stringify(error.message)}${thrownAt === undefined ? "" : ` at ${thrownAt}`}`);
}

/** A name that a peer chose must not move the operator's cursor. */
function plain(text: string): string {
  return text.replace(/\p{Cc}/gu, (character) =>
    character === "\n" ? " ⏎ " : `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
}
