/**
 * @typedef {import('./bench.ts').BenchRow | import('./bench.ts').SkippedRow | { name: string, failed: string }} Row
 */

/**
 * Whether a goal is not reached; what could not be measured reaches none.
 * @param {Row} row
 */
export function isShort(row) {
  if ('failed' in row) return true;
  if ('skipped' in row) return false;
  const { value, ratio = value, atMost, atLeast } = row;
  const isAbove = typeof atMost === 'number' && !(ratio <= atMost);
  return isAbove || (atLeast !== undefined && !(ratio >= atLeast));
}

/**
 * @param {Record<string, number>} matMulRates operations per second by shape
 * @param {readonly Row[]} rows
 */
export function benchTable(matMulRates, rows) {
  const rates = Object.entries(matMulRates).map(
    ([shape, rate]) => `${(rate / 1e9).toFixed(0)} GFLOP/s  ${shape}`,
  );
  const best = Math.max(...Object.values(matMulRates)) / 1e9;
  return [
    `this machine multiplies float32 matrices at ${best.toFixed(0)} GFLOP/s (ONNX Runtime, median of many):`,
    ...rates.map((line) => `  ${line}`),
    '',
    ...rowLines(rows),
    '',
  ].join('\n');
}

/**
 * The table alone.
 * @param {readonly Row[]} rows
 */
export function rowLines(rows) {
  const head = ['', 'measured', 'beside it, in the same run', 'ratio', 'wanted', ''];
  return aligned([head, ...rows.map(cells)]);
}

/** @param {Row} row */
function cells(row) {
  if ('failed' in row) return [row.name, '', row.failed.split('\n')[0] ?? '', '', '', 'failed'];
  if ('skipped' in row) return [row.name, '', row.skipped, '', '', 'skipped'];
  const { name, value, unit, peer, ratio, atMost, atLeast } = row;
  const hasGoal = typeof atMost === 'number' || atLeast !== undefined;
  const goalUnit = ratio === undefined ? unit : '';
  return [
    name,
    quantity(value, unit),
    beside(peer, unit),
    ratio === undefined ? '' : ratio.toFixed(2),
    goal({ atMost, atLeast }, goalUnit),
    hasGoal ? (isShort(row) ? 'short' : 'ok') : '',
  ];
}

/**
 * @param {import('./bench.ts').Peer | null | undefined} peer
 * @param {string} unit
 */
function beside(peer, unit) {
  if (peer === null) return 'no peer';
  return peer === undefined ? '' : `${peer.name}: ${quantity(peer.value, unit)}`;
}

/**
 * @param {{ atMost: number | null | undefined, atLeast: number | undefined }} bounds
 * @param {string} unit
 */
function goal({ atMost, atLeast }, unit) {
  if (typeof atMost === 'number') return `<= ${atMost} ${unit}`.trim();
  return atLeast === undefined ? '' : `>= ${atLeast} ${unit}`.trim();
}

/**
 * @param {number} value
 * @param {string} unit
 */
function quantity(value, unit) {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return `${value.toFixed(digits)} ${unit}`.trim();
}

/** @param {readonly string[][]} lines */
function aligned(lines) {
  const widths = (lines[0] ?? []).map((_, column) =>
    Math.max(...lines.map((line) => line[column]?.length ?? 0)),
  );
  return lines.map((line) =>
    line
      .map((cell, column) =>
        [1, 3].includes(column)
          ? cell.padStart(widths[column] ?? 0)
          : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
}
