import { crc32c } from '../crc32c.ts';
import type { MetricsRecord } from './metricsRecord.ts';

/** Metrics by column: what a chart reads. Entry i of every array belongs to record i. */
export interface MetricsColumns {
  step: Float64Array;
  tokensSeen: Float64Array;
  time: Float64Array;
  /** By metric name; NaN where a record has no finite value. */
  values: Map<string, Float64Array>;
}

/** `metrics.index`: the columns of the first `coveredBytes` bytes of `metrics.jsonl`. */
export interface MetricsIndex {
  columns: MetricsColumns;
  coveredBytes: number;
}

const MAGIC = 0x58494344; // "DCIX" in little-endian order
const VERSION = 1;
const HEADER_BYTES = 16;
const CHECKED_FROM = 12;

interface Layout {
  rows: number;
  coveredBytes: number;
  /** Values follow in this order; a sparse column is `count` row numbers, then `count` values. */
  columns: { name: string; count: number; sparse: boolean }[];
}

/** Joins records to columns. */
export function toColumns(
  records: readonly MetricsRecord[],
  before?: MetricsColumns,
): MetricsColumns {
  if (before !== undefined && records.length === 0) return before;
  const start = before?.step.length ?? 0;
  const rows = start + records.length;
  const column = (old?: Float64Array) => {
    const array = new Float64Array(rows).fill(Number.NaN);
    if (old !== undefined) array.set(old);
    return array;
  };
  const columns: MetricsColumns = {
    step: column(before?.step),
    tokensSeen: column(before?.tokensSeen),
    time: column(before?.time),
    values: new Map([...(before?.values ?? [])].map(([name, old]) => [name, column(old)])),
  };
  records.forEach((record, index) => {
    const row = start + index;
    columns.step[row] = record.step;
    columns.tokensSeen[row] = record.tokensSeen;
    columns.time[row] = record.time;
    for (const [name, value] of Object.entries(record.values)) {
      const values = columns.values.get(name) ?? column();
      columns.values.set(name, values);
      values[row] = value;
    }
  });
  return columns;
}

/**
 * The bytes of `metrics.index`, little-endian: u32 "DCIX", u32 version, u32 crc32c of all that
 * follows, u32 length of the layout; the layout as JSON, padded with spaces to 8 bytes; the columns as f64.
 */
export function encodeMetricsIndex({ columns, coveredBytes }: MetricsIndex): Uint8Array {
  const rows = columns.step.length;
  const named: [string, Float64Array][] = [
    ['step', columns.step],
    ['tokens_seen', columns.tokensSeen],
    ['time', columns.time],
    ...columns.values,
  ];
  const parts = named.map(([name, values]) => encodeColumn(name, values));
  const layout: Layout = { rows, coveredBytes, columns: parts.map(({ entry }) => entry) };
  const json = new TextEncoder().encode(JSON.stringify(layout));
  const layoutBytes = Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(
    HEADER_BYTES + layoutBytes + parts.reduce((sum, { data }) => sum + data.byteLength, 0),
  );
  bytes.fill(0x20, HEADER_BYTES, HEADER_BYTES + layoutBytes);
  bytes.set(json, HEADER_BYTES);
  let offset = HEADER_BYTES + layoutBytes;
  for (const { data } of parts) {
    bytes.set(new Uint8Array(data.buffer), offset);
    offset += data.byteLength;
  }
  const header = new DataView(bytes.buffer);
  header.setUint32(0, MAGIC, true);
  header.setUint32(4, VERSION, true);
  header.setUint32(12, layoutBytes, true);
  header.setUint32(8, crc32c(bytes.subarray(CHECKED_FROM)), true);
  return bytes;
}

/** What an index holds, or null when it is damaged or of another version: then read the text. */
export function decodeMetricsIndex(bytes: Uint8Array): MetricsIndex | null {
  if (bytes.length < HEADER_BYTES) return null;
  const header = new DataView(bytes.buffer, bytes.byteOffset, HEADER_BYTES);
  const layoutBytes = header.getUint32(12, true);
  const intact =
    header.getUint32(0, true) === MAGIC &&
    header.getUint32(4, true) === VERSION &&
    header.getUint32(8, true) === crc32c(bytes.subarray(CHECKED_FROM));
  if (!intact) return null;
  const json = bytes.subarray(HEADER_BYTES, HEADER_BYTES + layoutBytes);
  const layout = JSON.parse(new TextDecoder().decode(json)) as Layout;
  const data = floats(bytes.subarray(HEADER_BYTES + layoutBytes));
  const values = new Map<string, Float64Array>();
  let offset = 0;
  for (const { name, count, sparse } of layout.columns) {
    const size = sparse ? 2 * count : layout.rows;
    const stored = data.subarray(offset, offset + size);
    values.set(name, sparse ? expand(stored, layout.rows) : stored);
    offset += size;
  }
  const take = (name: string): Float64Array => {
    const column = values.get(name) ?? new Float64Array(0);
    values.delete(name);
    return column;
  };
  const [step, tokensSeen, time] = [take('step'), take('tokens_seen'), take('time')];
  return { columns: { step, tokensSeen, time, values }, coveredBytes: layout.coveredBytes };
}

/** Over the bytes themselves; of what begins at no multiple of 8, as what a pool lends, a copy. */
function floats(bytes: Uint8Array): Float64Array {
  const isAligned = bytes.byteOffset % 8 === 0;
  // Buffer's own slice() copies nothing.
  const { buffer, byteOffset, byteLength } = isAligned ? bytes : new Uint8Array(bytes);
  return new Float64Array(buffer, byteOffset, Math.floor(byteLength / 8));
}

/** A column that few records have (evaluation beside training steps) is stored as pairs. */
function encodeColumn(
  name: string,
  values: Float64Array,
): { entry: Layout['columns'][number]; data: Float64Array } {
  const present: number[] = [];
  values.forEach((value, row) => {
    if (!Number.isNaN(value)) present.push(row);
  });
  const count = present.length;
  const sparse = 2 * count < values.length;
  if (!sparse) return { entry: { name, count, sparse }, data: values.slice() };
  const data = Float64Array.from([...present, ...present.map((row) => values[row] ?? Number.NaN)]);
  return { entry: { name, count, sparse }, data };
}

function expand(pairs: Float64Array, rows: number): Float64Array {
  const column = new Float64Array(rows).fill(Number.NaN);
  const count = pairs.length / 2;
  for (let i = 0; i < count; i++) column[pairs[i] ?? 0] = pairs[count + i] ?? Number.NaN;
  return column;
}
