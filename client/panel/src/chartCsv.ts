interface NamedLine {
  name: string;
  x: Float64Array;
  raw: Float64Array;
}

/** Lines as CSV (RFC 4180): a row for each place at which any was measured, unsmoothed, empty where not. */
export function chartCsv(axis: string, lines: readonly NamedLine[]): string {
  const rows = new Map<number, string[]>();
  lines.forEach(({ x, raw }, column) => {
    x.forEach((place, index) => {
      const row = rows.get(place) ?? lines.map(() => '');
      row[column] = String(raw[index]);
      rows.set(place, row);
    });
  });
  const sorted = [...rows].sort(([a], [b]) => a - b);
  return [
    [axis, ...lines.map(({ name }) => name)].map(quoted),
    ...sorted.map(([place, values]) => [String(place), ...values]),
  ]
    .map((cells) => `${cells.join(',')}\r\n`)
    .join('');
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
