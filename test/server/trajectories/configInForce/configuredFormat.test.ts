import type { Config } from '@deepcoder/config';
import { expect, test } from 'vitest';
import { configuredFormat } from '../../../../server/src/trajectories/configInForce/configuredFormat.ts';

const RULES = { mine: { action: '^> ', observation: '^< ' } };

function choose(format: Config['data']['format'], file: string) {
  const config = { data: { format, rules: RULES } } as unknown as Pick<Config, 'data'>;
  return configuredFormat(config, { file, cwd: '/project' });
}

const MINE = {
  format: 'label_rules',
  rules: {
    rules: [
      { kind: 'action', pattern: '^> ' },
      { kind: 'observation', pattern: '^< ' },
    ],
  },
};

test.each([
  ['auto', '/project/a.txt', null],
  ['react_text', '/project/a.txt', { format: 'react_text' }],
  ['mine', '/project/a.txt', MINE],
  ['nonsense', '/project/a.txt', null],
  [{ 'logs/*.txt': 'mine' }, '/project/logs/a.txt', MINE],
  [{ 'logs/*.txt': 'mine' }, '/project/logs/deep/a.txt', null],
  [{ 'logs/**/*.txt': 'mine' }, '/project/logs/deep/a.txt', MINE],
  [{ 'logs/*.txt': 'mine' }, '/elsewhere/logs/a.txt', null],
  [{ '*.txt': 'auto', '**/*.txt': 'mine' }, '/project/a.txt', null],
  [{ '*.txt': 'auto', '**/*.txt': 'mine' }, '/project/b/a.txt', MINE],
])('%j of %s', (format, file, expected) => {
  expect(choose(format, file)).toEqual(expected);
});
