import { appendFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatMetricsLine } from '@deepcoder/vocabulary';
import { createMetricsTail, lastRecords } from '../../../server/src/runs/metricsTail.ts';
import { lastLines } from '../../../server/src/runs/lastLines.ts';
import { spokenLines } from '../../../server/src/runs/runOutput.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const line = (step: number): string =>
  formatMetricsLine({
    step,
    tokensSeen: step,
    time: step,
    values: { 'train/loss': 1 / (step + 1) },
  });
const lines = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, i) => line(from + i)).join('');

describe('createMetricsTail', () => {
  test('gives every record once, however the bytes come', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 30 }),
        async (cuts) => {
          const folder = temporaryFolder();
          const file = path.join(folder, 'metrics.jsonl');
          writeFileSync(file, lines(0, 3));
          const tail = createMetricsTail(folder);
          const { rows } = await tail.history();
          expect(rows).toBe(3);
          const text = lines(3, 12);
          const steps: number[] = [];
          let next = rows;
          let at = 0;
          for (const cut of [...cuts, text.length]) {
            appendFileSync(file, text.slice(at, at + cut));
            at += cut;
            const news = await tail.read();
            if (news === null) continue;
            expect(news.firstRow).toBe(next);
            next += news.records.length;
            steps.push(...news.records.map(({ step }) => step));
          }
          expect(steps).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11]);
        },
      ),
      { seed: 3, numRuns: 30 },
    );
  });

  test('a file written anew, shorter or not, is another generation', async () => {
    const folder = temporaryFolder();
    const file = path.join(folder, 'metrics.jsonl');
    const tail = createMetricsTail(folder);
    expect(await tail.read()).toBeNull();
    writeFileSync(file, lines(0, 5));
    expect(await tail.read()).toMatchObject({ generation: 0, firstRow: 0 });

    writeFileSync(`${file}.new`, lines(0, 9));
    renameSync(`${file}.new`, file);
    expect(await tail.read()).toEqual({ generation: 1, firstRow: 9, records: [], more: false });

    writeFileSync(file, lines(0, 2));
    expect(await tail.read()).toEqual({ generation: 2, firstRow: 2, records: [], more: false });
    appendFileSync(file, line(2));
    expect(await tail.read()).toMatchObject({ generation: 2, firstRow: 2, records: [{ step: 2 }] });
  });

  test('the newest records are found at the end of a long file', async () => {
    const folder = temporaryFolder();
    writeFileSync(path.join(folder, 'metrics.jsonl'), lines(0, 3000));
    const found = await lastRecords(folder, 1000);
    expect(found.at(-1)?.step).toBe(2999);
    expect(found.length).toBeGreaterThan(5);
    expect(found.length).toBeLessThan(30);
  });
});

describe('lastLines', () => {
  test.each([
    ['a\nb\nc\n', 2, ['b', 'c']],
    ['a\r\nb', 5, ['a', 'b']],
    ['', 3, []],
    [`${'x'.repeat(5000)}\nend\n`, 1, ['end']],
  ])('%#', async (text, count, expected) => {
    const file = path.join(temporaryFolder(), 'log');
    writeFileSync(file, text);
    expect(await lastLines(file, count)).toEqual(expected);
  });

  test('no file, no lines', async () => {
    expect(await lastLines('/nowhere/at/all', 3)).toEqual([]);
  });
});

test('what a process printed is told without its events', () => {
  const printed = [
    '{"event":"progress","phase":"data","done":1,"total":2}',
    '{"event":"say","text":"shares the machine"}',
    'Segmentation fault',
    '{"error":{"code":"x","message":"one\\ntwo","exit_code":3}}',
    '{not json',
    '',
  ];
  expect(spokenLines(printed)).toEqual([
    'shares the machine',
    'Segmentation fault',
    'one',
    'two',
    '{not json',
  ]);
});
