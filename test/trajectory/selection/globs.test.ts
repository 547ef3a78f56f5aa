import { globMatcher } from '@deepcoder/trajectory';
import { expect, test } from 'vitest';

test.each([
  ['*.log', ['a.log'], ['.log', 'a.logs', 'a/b.log', 'a.log.gz']],
  ['logs/*.txt', ['logs/a.txt'], ['logs/a/b.txt', 'a/logs/a.txt']],
  ['logs/**', ['logs/a', 'logs/a/b.txt'], ['log/a']],
  ['logs', ['logs', 'logs/a', 'logs/a/b.txt'], ['log/a']],
  ['**/*.json', ['a.json', 'a/b/c.json'], ['a.jsonl']],
  ['a/**/b.txt', ['a/b.txt', 'a/x/y/b.txt'], ['a/xb.txt', 'b.txt']],
  ['?.txt', ['a.txt'], ['ab.txt', '/.txt']],
  ['*.{traj,log}', ['a.traj', 'a.log'], ['a.{traj,log}', 'a.txt']],
  ['[ab]*.txt', ['a1.txt', 'b.txt'], ['c.txt']],
  ['[!ab].txt', ['c.txt'], ['a.txt']],
  ['a+(b).txt', ['ab.txt', 'abb.txt'], ['a.txt']],
  ['{a', ['{a'], ['a']],
  ['a,b}', ['a,b}'], ['a']],
])('%s', (glob, matching, others) => {
  const matches = globMatcher(glob);
  expect(matching.filter((name) => !matches(name))).toEqual([]);
  expect(others.filter(matches)).toEqual([]);
});

test.each([
  ['stars of a name', '*a*a*a*a*a*a*b', 'a'.repeat(255)],
  ['folders', `${'**/a/'.repeat(9)}b`, `${'a/'.repeat(120)}c`],
  ['alternatives', `${'{a,aa}'.repeat(40)}b`, 'a'.repeat(80)],
  ['groups that repeat', '+(a|aa)+(a|aa)b', 'a'.repeat(80)],
])('%s cannot hold up who matches', (_, glob, inside) => {
  const began = performance.now();
  expect(globMatcher(glob)(inside)).toBe(false);
  expect(performance.now() - began).toBeLessThan(2000);
});

test('a glob with many stars matches names of usual length', () => {
  const name = 'qwen3-30b_alfworld_train_2026-11-30_run-07.jsonl';
  expect(globMatcher('*-*_*_train_*.jsonl')(name)).toBe(true);
  expect(globMatcher('**/runs/**/*_*_*.jsonl')(`a/runs/b/c/${name}`)).toBe(true);
});
