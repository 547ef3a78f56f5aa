/** Rows as aligned columns, the first row the header; columns of numbers to the right. */
export function textTable(rows: readonly (readonly string[])[]): string {
  const [header = []] = rows;
  const cellsOf = (column: number): string[] => rows.map((row) => row[column] ?? '');
  const widths = header.map((_, column) =>
    cellsOf(column)
      .map((cell) => cell.length)
      .reduce((most, one) => Math.max(most, one), -Infinity),
  );
  const isNumeric = header.map((_, column) =>
    cellsOf(column)
      .slice(1)
      .every((cell) => /^[-+]?[\d.,]+(e[-+]?\d+)?( ?%)?$|^-?$/.test(cell)),
  );
  return rows
    .map((row) =>
      header
        .map((_, column) => {
          const cell = row[column] ?? '';
          return isNumeric[column] === true
            ? cell.padStart(widths[column]!)
            : cell.padEnd(widths[column]!);
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** 12,345,678 */
export function grouped(count: number): string {
  return Math.round(count).toLocaleString('en-US');
}
