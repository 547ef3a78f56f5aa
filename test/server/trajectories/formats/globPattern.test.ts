import { expect, test } from 'vitest';
import { globPattern } from '../../../../server/src/trajectories/formats/globPattern.ts';

test.each([
  ['*.log', ['a.log', '.log'], ['a.logs', 'a/b.log', 'a.log.gz']],
  ['logs/*.txt', ['logs/a.txt'], ['logs/a/b.txt', 'a/logs/a.txt']],
  ['logs/**', ['logs/a', 'logs/a/b.txt'], ['log/a', 'logs']],
  ['**/*.json', ['a.json', 'a/b/c.json'], ['a.jsonl']],
  ['a/**/b.txt', ['a/b.txt', 'a/x/y/b.txt'], ['a/xb.txt', 'b.txt']],
  ['?.txt', ['a.txt'], ['ab.txt', '/.txt']],
  ['*.{traj,log}', ['a.traj', 'a.log'], ['a.{traj,log}', 'a.txt']],
  ['[ab]*.txt', ['a1.txt', 'b.txt'], ['c.txt']],
  ['[!ab].txt', ['c.txt'], ['a.txt']],
  ['a+(b).txt', ['a+(b).txt'], ['ab.txt', 'abb.txt']],
  ['{a', ['a'], ['{a']],
  ['a,b}', ['a,b}'], ['a']],
])('%s', (glob, matching, others) => {
  const pattern = globPattern(glob);
  expect(matching.filter((name) => !pattern.test(name))).toEqual([]);
  expect(others.filter((name) => pattern.test(name))).toEqual([]);
});
