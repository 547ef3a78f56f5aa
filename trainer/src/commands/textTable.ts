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

/** 1.8 GB */
export function bytesText(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`;
  return bytes >= 1e6 ? `${(bytes / 1e6).toFixed(0)} MB` : `${(bytes / 1e3).toFixed(0)} kB`;
}
