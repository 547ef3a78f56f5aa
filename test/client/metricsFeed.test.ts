import { expect, test } from 'vitest';
import { freshRecords } from '../../client/src/runs/freshRecords.ts';

const records = ['10', '11', '12'].map((numbers) => ({ names: 0, numbers }));
const news = { generation: 2, firstRow: 10, news: { names: [['train/loss']], records } };

test.each([
  ['all of it', { generation: 2, rows: 10 }, ['10', '11', '12']],
  ['what was in the history already is left out', { generation: 2, rows: 12 }, ['12']],
  ['nothing new', { generation: 2, rows: 13 }, []],
  ['a gap', { generation: 2, rows: 9 }, null],
  ['a file that was written anew', { generation: 1, rows: 10 }, null],
  ['while all is asked for', { generation: -1, rows: Number.POSITIVE_INFINITY }, []],
])('%s', (_, progress, expected) => {
  expect(freshRecords(news, progress)?.records.map(({ numbers }) => numbers) ?? null).toEqual(
    expected,
  );
});
