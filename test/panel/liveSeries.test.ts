import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type EncodedColumns, type MetricsRecord, toBase64 } from '@deepcoder/vocabulary';
import { liveSeries } from '../../client/panel/src/liveSeries.ts';
import { seriesFromRecords } from '../../client/panel/src/seriesFromRecords.ts';

const NAMES = ['train/loss', 'train/loss/action', 'eval/loss', 'train/grad_norm'];

/** What a server would send of records, written anew here: each series with its rows. */
function encode(records: readonly MetricsRecord[]): EncodedColumns {
  const axis = (read: (record: MetricsRecord) => number) =>
    toBase64(Float64Array.from(records, read));
  return {
    step: axis(({ step }) => step),
    tokensSeen: axis(({ tokensSeen }) => tokensSeen),
    time: axis(({ time }) => time),
    series: NAMES.flatMap((name) => {
      const rows = records.flatMap(({ values }, row) => (name in values ? [row] : []));
      if (rows.length === 0) return [];
      const value = Float32Array.from(rows, (row) => records[row]!.values[name]!);
      const all = rows.length === records.length;
      return [
        {
          name,
          count: rows.length,
          rows: all ? null : toBase64(Uint32Array.from(rows)),
          value: toBase64(value),
        },
      ];
    }),
  };
}

/** Values that f32 holds exactly. */
const value = fc.oneof(fc.integer({ min: -1000, max: 1000 }), fc.constant(Number.NaN));

const histories = fc
  .array(fc.uniqueArray(fc.constantFrom(...NAMES), { minLength: 1 }), { maxLength: 40 })
  .chain((names) =>
    fc.tuple(
      ...names.map((present) =>
        fc.tuple(...present.map((name) => value.map((number) => [name, number] as const))),
      ),
    ),
  )
  .map((rows) =>
    rows.map((entries, index): MetricsRecord => ({
      step: index,
      tokensSeen: index * 512,
      time: 1000 + index / 4,
      values: Object.fromEntries(entries),
    })),
  );

const byName = (series: readonly { name: string }[]) =>
  [...series].map((one) => ({ ...one })).sort((a, b) => a.name.localeCompare(b.name));

describe('series that grow', () => {
  test('are those of all records, wherever the history ends and in whatever pieces the rest comes', () => {
    fc.assert(
      fc.property(histories, fc.nat(), fc.integer({ min: 1, max: 9 }), (records, at, piece) => {
        const cut = at % (records.length + 1);
        const live = liveSeries(encode(records.slice(0, cut)));
        for (let i = cut; i < records.length; i += piece) live.append(records.slice(i, i + piece));
        expect(byName(live.series)).toEqual(byName(seriesFromRecords(records)));
      }),
      { seed: 11, numRuns: 200 },
    );
  });

  test('tells of new metrics, and keeps its objects', () => {
    const record = (step: number, values: Record<string, number>) => ({
      step,
      tokensSeen: step,
      time: step,
      values,
    });
    const live = liveSeries(encode([record(1, { 'train/loss': 3 })]));
    const [loss] = live.series;
    expect(live.append([record(2, { 'train/loss': 2 })])).toBe(false);
    expect(live.append([record(3, { 'eval/loss': 5 })])).toBe(true);
    expect(live.series[0]).toBe(loss);
    expect([...loss!.value]).toEqual([3, 2]);
  });
});
