import { z } from 'zod';

const count = z.int().min(0);

/** Little-endian numbers as base64. */
const base64 = z.base64();

/** Records by column. Where `rows` is null, entry i belongs to row i of the axes. */
export const encodedColumnsSchema = z.object({
  /** Steps, tokens seen and seconds since 1970, f64, one entry a record. */
  step: base64,
  tokensSeen: base64,
  time: base64,
  series: z.array(
    z.object({
      /** As in `metrics.jsonl`: `train/loss/reasoning`. */
      name: z.string(),
      /** Rows of the axes that have a value, u32; null: all, one after the other. */
      rows: base64.nullable(),
      /** f32; NaN where it was not finite. */
      value: base64,
      /** How many values there are; where the series was thinned out, more than are here. */
      count,
    }),
  ),
});

export type EncodedColumns = z.output<typeof encodedColumnsSchema>;

/** Records one after the other, in little JSON: the extension host reads it and writes it again while a run trains. */
export const encodedRecordsSchema = z.object({
  /** The lists of metric names that records have. */
  names: z.array(z.array(z.string())),
  records: z.array(
    z.object({
      /** Which of the lists. */
      names: count,
      /** Step, tokens seen, seconds since 1970, then a value for each name, f64; NaN where it was not finite. */
      numbers: base64,
    }),
  ),
});

export type EncodedRecords = z.output<typeof encodedRecordsSchema>;
