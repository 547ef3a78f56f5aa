import { beforeAll, describe, expect, test } from 'vitest';
import { dropout, dropoutRows } from '../../../trainer/src/engine/ops/dropout.ts';
import type { Executor } from '../../../trainer/src/engine/program.ts';
import { openOnnx, openReference, runOnce, tensorOf } from '../../support/executors.ts';

const ROWS = 131_072;
let onnx: Executor;
let reference: Executor;

beforeAll(async () => {
  [onnx, reference] = await Promise.all([openOnnx(), openReference()]);
});

interface Case {
  seed?: number;
  salt?: number;
  rows: number;
  columns: number;
  rate?: number;
}

/** What becomes of ones. */
async function masks(executor: Executor, { seed = 5, salt = 3, rate = 0.5, ...shape }: Case) {
  const { rows, columns } = shape;
  const inputs = {
    x: tensorOf([rows, columns], new Float32Array(rows * columns).fill(1)),
    rows: tensorOf([rows, 4], dropoutRows(seed, rows)),
  };
  const made = await runOnce(executor, inputs, ({ x, rows: rowsN4 }) => ({
    y: dropout(x!, { rate, rowsN4: rowsN4!, salt }),
  }));
  return made['y'] as Float32Array;
}

const meanOf = (numbers: Iterable<number>): number => {
  let [sum, count] = [0, 0];
  for (const number of numbers) [sum, count] = [sum + number, count + 1];
  return sum / count;
};

describe('dropout', () => {
  test('no two of 131,072 rows have the same numbers, or the same mask', async () => {
    const lanes = dropoutRows(5, ROWS);
    const told = Array.from({ length: ROWS }, (_, row) => lanes.slice(row * 4, row * 4 + 4).join());
    expect(new Set(told).size).toBe(ROWS);
    const columns = 128;
    const kept = await masks(onnx, { rows: ROWS, columns });
    const seen = new Set<string>();
    for (let row = 0; row < ROWS; row++) {
      const words = new Uint32Array(columns / 32);
      for (let column = 0; column < columns; column++)
        if (kept[row * columns + column]! > 0) words[column >> 5]! |= 1 << (column & 31);
      seen.add(words.join());
    }
    expect(seen.size).toBe(ROWS);
  });

  test.each([0.05, 0.1, 0.5])(
    'drops a share of %d, of rows and columns as chance would',
    async (rate) => {
      const [rows, columns] = [2048, 1024];
      const kept = await masks(onnx, { rows, columns, rate });
      const dropped = kept.map((value) => (value === 0 ? 1 : 0));
      const variance = rate * (1 - rate);
      expect(Math.abs(meanOf(dropped) - rate)).toBeLessThan(
        5 * Math.sqrt(variance / kept.length) + 1 / 4096,
      );
      for (const value of new Set(kept)) expect([0, Math.fround(1 / (1 - rate))]).toContain(value);
      const ofRow = Array.from({ length: rows }, (_, row) =>
        meanOf(dropped.subarray(row * columns, (row + 1) * columns)),
      );
      const ofColumn = new Array<number>(columns).fill(0);
      dropped.forEach((value, at) => (ofColumn[at % columns]! += value / rows));
      // The spread of the means, in units of what independent draws would have.
      const spread = (means: number[], draws: number): number =>
        meanOf(means.map((mean) => (mean - rate) ** 2)) / (variance / draws);
      expect(spread(ofRow, columns)).toBeLessThan(1.3);
      expect(spread(ofColumn, rows)).toBeLessThan(1.3);
    },
  );

  test('rows near each other, seeds and salts have nothing to do with each other', async () => {
    const [rows, columns] = [1024, 512];
    const shape = { rows, columns };
    const base = await masks(onnx, shape);
    const agreement = (other: ArrayLike<number>, shift: number): number =>
      meanOf(
        base.subarray(shift * columns).map((value, at) => (value > 0 === other[at]! > 0 ? 1 : 0)),
      );
    const shifts = [1, 2, 3, 16, 512].map((shift) => agreement(base, shift));
    const others = [{ seed: 6 }, { salt: 4 }].map((change) => masks(onnx, { ...shape, ...change }));
    const across = (await Promise.all(others)).map((other) => agreement(other, 0));
    for (const share of [...shifts, ...across]) expect(Math.abs(share - 0.5)).toBeLessThan(0.01);
  });

  test('is the same to the last bit on every executor', async () => {
    for (const rate of [0.1, 0.3]) {
      const shape = { rows: 3000, columns: 70, rate };
      const [a, b] = [await masks(onnx, shape), await masks(reference, shape)];
      expect(Buffer.from(a.buffer).equals(Buffer.from(b.buffer))).toBe(true);
    }
  });
});
