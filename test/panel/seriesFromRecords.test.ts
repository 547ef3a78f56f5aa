import { expect, test } from 'vitest';
import { seriesFromRecords } from '../../client/panel/src/seriesFromRecords.ts';

const record = (step: number, values: Record<string, number>) => ({
  step,
  tokensSeen: 10 * step,
  time: 1000 + step,
  values,
});

test('one series a metric, with the steps at which it was measured', () => {
  const [loss, held] = seriesFromRecords([
    record(1, { 'train/loss': 3 }),
    record(2, { 'train/loss': 2 }),
    record(2, { 'eval/loss': 2.5 }),
    record(3, { 'train/loss': Number.NaN }),
  ]);
  expect(loss).toEqual({
    name: 'train/loss',
    step: Float64Array.of(1, 2, 3),
    tokens: Float64Array.of(10, 20, 30),
    time: Float64Array.of(1001, 1002, 1003),
    value: Float64Array.of(3, 2, Number.NaN),
  });
  expect(held).toMatchObject({ name: 'eval/loss', step: Float64Array.of(2) });
});

test('what a resumed run repeats replaces what it had before', () => {
  const [loss] = seriesFromRecords([
    record(1, { loss: 5 }),
    record(2, { loss: 4 }),
    record(3, { loss: 3 }),
    record(4, { loss: 2 }),
    record(3, { loss: 3.5 }),
    record(4, { loss: 2.5 }),
  ]);
  expect([...loss!.step]).toEqual([1, 2, 3, 4]);
  expect([...loss!.value]).toEqual([5, 4, 3.5, 2.5]);
});

test('a run that was resumed at its last step repeats that one alone', () => {
  const series = seriesFromRecords([
    record(1, { loss: 5 }),
    record(2, { loss: 4 }),
    record(2, { held: 4 }),
    record(2, { loss: 3 }),
    record(3, { loss: 2 }),
  ]);
  expect(series.map(({ name, value }) => [name, ...value])).toEqual([['loss', 5, 3, 2]]);
});

test('metrics of the same records share their axes', () => {
  const [a, b, c] = seriesFromRecords([record(1, { a: 1, b: 2 }), record(2, { a: 1, b: 2, c: 3 })]);
  expect(b!.step).toBe(a!.step);
  expect(c!.step).not.toBe(a!.step);
});

test('no records, no series', () => {
  expect(seriesFromRecords([])).toEqual([]);
});
