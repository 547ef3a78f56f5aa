import type { Config } from '@deepcoder/config';
import { expect, test } from 'vitest';
import { isDataOf } from '../../../../server/src/trajectories/configInForce/isDataOf.ts';

const data = (train: string[], evaluated: string[] | number = 0.1) =>
  ({ data: { train, eval: evaluated } }) as unknown as Config;

test.each([
  ['by its path', ['logs/a.jsonl'], true],
  ['by its absolute path', ['/project/logs/a.jsonl'], true],
  ['by a folder', ['./logs'], true],
  ['by a glob', ['logs/**/*.jsonl'], true],
  ['by a glob that begins here', ['./**/*.{json,jsonl}'], true],
  ['by an absolute glob', ['/project/*/a.*'], true],
  ['another file', ['logs/b.jsonl', 'log'], false],
  ['an environment', ['env:household?games=40'], false],
])('%s', (_, train, expected) => {
  const place = { file: '/project/logs/a.jsonl', cwd: '/project' };
  expect(isDataOf(data(train), place)).toBe(expected);
  expect(isDataOf(data(['x'], train), place)).toBe(expected);
});
