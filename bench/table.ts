/** A table on standard output. */
export function printTable(head: readonly string[], rows: readonly (readonly string[])[]): void {
  for (const line of tableLines(head, rows)) console.log(line);
}

/** Columns two blanks apart. A column that holds numbers stands to the right, under its head. */
export function tableLines(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const all = [head, ...rows];
  const columns = head.map((_, column) => ({
    width: Math.max(...all.map((row) => row[column]!.length)),
    numeric: rows.length > 0 && rows.every((row) => /^(-|–|[\d.,]+( \D.*)?)?$/.test(row[column]!)),
  }));
  return all.map((row) =>
    row
      .map((cell, column) => {
        const { width, numeric } = columns[column]!;
        return numeric ? cell.padStart(width) : cell.padEnd(width);
      })
      .join("  ")
      .trimEnd(),
  );
}
