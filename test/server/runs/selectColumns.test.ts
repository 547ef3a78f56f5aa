import {
  encodeColumns,
  encodedColumnsSchema,
  toColumns,
  type EncodedColumns,
  type MetricsRecord,
} from '@deepcoder/vocabulary';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { selectColumns } from '../../../server/src/runs/selectColumns.ts';

const bytesOf = (text: string): ArrayBuffer => Uint8Array.from(Buffer.from(text, 'base64')).buffer;
const f64 = (text: string): number[] => [...new Float64Array(bytesOf(text))];

/** Points by metric name, as a client reads them. */
function points({ step, series }: EncodedColumns): Record<string, [number, number][]> {
  const steps = f64(step);
  return Object.fromEntries(
    series.map(({ name, rows, value }) => {
      const values = [...new Float32Array(bytesOf(value))];
      const at = rows === null ? values.map((_, i) => i) : [...new Uint32Array(bytesOf(rows))];
      return [name, values.map((one, i) => [steps[at[i]!]!, one])];
    }),
  );
}

const record = (step: number, values: Record<string, number>): MetricsRecord => ({
  ...{ step, tokensSeen: step * 10, time: 1e9 + step, values },
});

const RECORDS = [
  record(1, { 'train/loss': 4 }),
  record(2, { 'train/loss': 3 }),
  record(2, { 'eval/loss': 3.5 }),
  record(3, { 'train/loss': Number.NaN, 'train/weight': 1 }),
];

describe('selectColumns', () => {
  test.each([
    [
      {},
      {
        'train/loss': [
          [1, 4],
          [2, 3],
        ],
        'eval/loss': [[2, 3.5]],
        'train/weight': [[3, 1]],
      },
    ],
    [{ names: ['eval/loss'] }, { 'eval/loss': [[2, 3.5]] }],
    [{ fromStep: 2, toStep: 2, names: ['train/loss'] }, { 'train/loss': [[2, 3]] }],
    [{ fromStep: 9, names: ['train/loss'] }, { 'train/loss': [] }],
  ])('%j', (selection, expected) => {
    const encoded = encodeColumns(selectColumns(toColumns(RECORDS), selection));
    expect(encodedColumnsSchema.parse(encoded)).toEqual(encoded);
    expect(points(encoded)).toEqual(expected);
  });

  test('thinned out, every series keeps its ends and its extremes and no more points than asked', () => {
    const values = fc.array(fc.integer({ min: -1000, max: 1000 }), {
      minLength: 40,
      maxLength: 400,
    });
    fc.assert(
      fc.property(values, fc.integer({ min: 16, max: 60 }), (losses, maxPoints) => {
        const records = losses.map((loss, step) =>
          record(step, step % 3 === 0 ? { loss, other: -loss } : { loss }),
        );
        const { loss, other } = points(
          encodeColumns(selectColumns(toColumns(records), { maxPoints })),
        );
        const shown = loss!.map(([, value]) => value);
        expect(Math.min(...shown)).toBe(Math.min(...losses));
        expect(Math.max(...shown)).toBe(Math.max(...losses));
        expect(loss!.length).toBeLessThanOrEqual(maxPoints + 2);
        expect(loss![0]![0]).toBe(0);
        expect(loss!.at(-1)![0]).toBe(losses.length - 1);
        for (const [step, value] of loss!) expect(value).toBe(losses[step]);
        for (const [step, value] of other!) expect(value).toBe(-losses[step]!);
      }),
      { seed: 7, numRuns: 200 },
    );
  });
});
