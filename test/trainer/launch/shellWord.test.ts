import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shellWords } from '../../../trainer/src/launch/shellWord.ts';

/** All that has a meaning for a shell, beside letters. */
const SPECIAL = ' \n\t\'"\\$`!*?[]{}()<>|&;#~%=^-aé日';

const HOSTILE = fc
  .array(fc.constantFrom(...Array.from(SPECIAL), '$(id)', "'\\''", '\\\n', '-n'), { maxLength: 12 })
  .map((parts) => parts.join(''));

test('a shell reads words as they were, whatever is in them', () => {
  fc.assert(
    fc.property(fc.array(HOSTILE, { minLength: 1, maxLength: 6 }), (words) => {
      const script = `printf '%s\\0' ${shellWords(words)}`;
      const said = execFileSync('sh', ['-c', script], { encoding: 'utf8' });
      expect(said.split('\0').slice(0, -1)).toEqual(words);
    }),
    { seed: 11, numRuns: 200 },
  );
});
