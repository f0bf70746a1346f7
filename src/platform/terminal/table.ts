/** Tables at a terminal: a line that would be broken in two is cut instead; a program gets all of it. */
import type { Terminal } from "#contracts/command.ts";
import { alignColumns } from "./columns.ts";

/** A narrower screen must break lines. */
const columnsMin = 60;

export function printTable(
  terminal: Terminal,
  rows: readonly (readonly string[])[],
  sides: readonly ("left" | "right")[],
): void {
  const most = terminal.interactive ? Math.max(terminal.columns, columnsMin) : Number.POSITIVE_INFINITY;
  for (const line of alignColumns(rows, sides)) {
    terminal.print(line.length > most ? `${line.slice(0, most - 1)}…` : line);
  }
}
