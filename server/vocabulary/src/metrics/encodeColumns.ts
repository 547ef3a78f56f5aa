import { f32FromBase64, f64FromBase64, toBase64, u32FromBase64 } from '../base64.ts';
import type { EncodedColumns } from './encodedSchemas.ts';

/** Columns of a chart: some of the metrics and of their values. Entry i of every axis belongs to row i. */
export interface ChartColumns {
  step: Float64Array;
  tokensSeen: Float64Array;
  time: Float64Array;
  series: ChartSeries[];
}

interface ChartSeries {
  name: string;
  /** Rows of the axes that have a value; null: all, one after the other. */
  rows: Uint32Array | null;
  value: Float32Array;
  /** How many values there are; where the series was thinned out, more than are here. */
  count: number;
}

export function encodeColumns({ step, tokensSeen, time, series }: ChartColumns): EncodedColumns {
  return {
    step: toBase64(step),
    tokensSeen: toBase64(tokensSeen),
    time: toBase64(time),
    series: series.map(({ name, rows, value, count }) => ({
      name,
      count,
      rows: rows === null ? null : toBase64(rows),
      value: toBase64(value),
    })),
  };
}

/** What `encodeColumns` gave; series with the same rows share their array. */
export function decodeColumns({ step, tokensSeen, time, series }: EncodedColumns): ChartColumns {
  const rowsByText = new Map<string, Uint32Array>();
  const rowsOf = (text: string): Uint32Array => {
    const rows = rowsByText.get(text) ?? u32FromBase64(text);
    rowsByText.set(text, rows);
    return rows;
  };
  return {
    step: f64FromBase64(step),
    tokensSeen: f64FromBase64(tokensSeen),
    time: f64FromBase64(time),
    series: series.map(({ name, rows, value, count }) => ({
      name,
      count,
      rows: rows === null ? null : rowsOf(rows),
      value: f32FromBase64(value),
    })),
  };
}
