/** Where a command prints, and asks. */
import type { Terminal } from "#contracts/command.ts";

export interface TerminalStreams {
  readonly out: NodeJS.WriteStream;
  readonly error: NodeJS.WriteStream;
  /** Where a person types; absent: nobody does. Opened when a command asks. */
  readonly input?: () => NodeJS.ReadableStream;
}

export function createTerminal({ out, error, input }: TerminalStreams): Terminal {
  // Whoever reads may stop reading ("homeport zone show | head"): that is no fault.
  for (const stream of [out, error]) {
    stream.on("error", (failure: NodeJS.ErrnoException) => {
      if (failure.code !== "EPIPE") throw failure;
    });
  }
  return {
    columns: out.columns ?? 100,
    interactive: out.isTTY === true,
    print: (text) => void out.write(text.endsWith("\n") ? text : `${text}\n`),
    printError: (text) => void error.write(text.endsWith("\n") ? text : `${text}\n`),
    ...(input !== undefined && out.isTTY && { ask: (question) => askLine(question, input(), out) }),
  };
}

async function askLine(
  question: string,
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
): Promise<string | undefined> {
  const { createInterface } = await import("node:readline"); // most commands ask nothing
  const lines = createInterface({ input, output });
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  lines.once("SIGINT", () => lines.close());
  lines.once("close", () => resolve(undefined)); // Ctrl-C and Ctrl-D
  lines.question(`${question} `, (line) => {
    resolve(line.trim());
    lines.close();
  });
  return await promise;
}

/** Prints one JSON document. */
export function printJson(terminal: Terminal, value: unknown): void {
  terminal.print(JSON.stringify(value, null, 2));
}
