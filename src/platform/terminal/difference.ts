/** Differences at a terminal: lines that begin with `-` went, those with `+` came. */
import { styleText } from "node:util";
import type { Terminal } from "#contracts/command.ts";

/** In red and green where colours make sense. */
export function printDifferenceLines(terminal: Terminal, lines: readonly string[]): void {
  for (const line of lines) terminal.print(terminal.interactive ? coloured(line) : line);
}

function coloured(line: string): string {
  const colour = line.startsWith("-") ? "red" : line.startsWith("+") ? "green" : undefined;
  return colour === undefined ? line : styleText(colour, line, { validateStream: false });
}
