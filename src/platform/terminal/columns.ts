/** Lines of text whose columns stand under one another, two spaces apart. */
export function alignColumns(
  rows: readonly (readonly string[])[],
  sides: readonly ("left" | "right")[],
): string[] {
  const widths = sides.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) =>
        sides[column] === "right" ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!),
      )
      .join("  ")
      .trimEnd(),
  );
}
