import { describe, expect, test } from 'vitest';
import { configDifferences } from '../../client/panel/src/configDifferences.ts';

const base =
  'run:\n  name: a\ntrain:\n  steps: 10\n  betas:\n    - 0.9\n    - 0.98\nlist:\n- x\nlast: 1\n';

describe('differences of configs', () => {
  test.each([
    ['the same', base, []],
    ['a leaf', base.replace('10', '20'), [{ key: 'train.steps', values: ['10', '20'] }]],
    [
      'an item of a list',
      base.replace('0.98', '0.99'),
      [{ key: 'train.betas', values: ['- 0.9 - 0.98', '- 0.9 - 0.99'] }],
    ],
    [
      'a list as far left as its key',
      base.replace('- x', '- y'),
      [{ key: 'list', values: ['- x', '- y'] }],
    ],
    [
      'a key that is not there',
      base.replace('last: 1\n', ''),
      [{ key: 'last', values: ['1', ''] }],
    ],
    ['a comment', `# said\n${base}`, []],
  ])('%s', (_, other, expected) => {
    expect(configDifferences([base, other])).toEqual(expected);
  });
});
