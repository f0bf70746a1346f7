/** Where a command prints. */
import type { Terminal } from "#contracts/command.ts";

export interface TerminalStreams {
  readonly out: NodeJS.WriteStream;
  readonly error: NodeJS.WriteStream;
}

export function createTerminal({ out, error }: TerminalStreams): Terminal {
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
  };
}

/** Prints one JSON document. */
export function printJson(terminal: Terminal, value: unknown): void {
  terminal.print(JSON.stringify(value, null, 2));
}
