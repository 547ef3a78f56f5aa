import { all, type Expr, one, rule, text } from './grammar.ts';
import { CHARACTERS, type Counts } from './jsonText.ts';

/** Characters that are counted one by one; more are counted in blocks of so many. */
const BLOCK = 128;
const MOST_ONE_BY_ONE = 2 * BLOCK;

/**
 * A string of so many characters, as rules that are added under a name. Each count is a rule of its own, recursive on the
 * right: repetitions take seconds to be read, and more than ten times as long for each token.
 *
 * @returns null where the least length is too large
 */
export function countedString(
  { min, max }: Counts,
  add: (name: string, expr: Expr) => void,
  name: string,
): Expr | null {
  if (min > MOST_ONE_BY_ONE) return null;
  const level = (of: string, count: number): string => `${name}_${of}_${count}`;
  /** So many characters, each followed by the next rule. */
  const steps = (of: string, count: number, last: Expr, { canEnd }: { canEnd: boolean }): Expr => {
    add(level(of, 0), last);
    for (let left = 1; left <= count; left++) {
      const more = CHARACTERS.map((char) => all(char, rule(level(of, left - 1))));
      add(level(of, left), one(...(canEnd ? [text('"')] : []), ...more));
    }
    return rule(level(of, count));
  };
  const rest = (): Expr => {
    if (max === null) return rule('string_end');
    const more = max - min;
    if (more <= MOST_ONE_BY_ONE) return steps('up_to', more, text('"'), { canEnd: true });
    const blocks = Math.floor(more / BLOCK);
    const block = steps('block', BLOCK, text(''), { canEnd: false });
    steps('up_to', BLOCK - 1, text('"'), { canEnd: true });
    add(level('blocks', 0), rule(level('up_to', more % BLOCK)));
    for (let left = 1; left <= blocks; left++) {
      const short = rule(level('up_to', BLOCK - 1));
      add(level('blocks', left), one(short, all(block, rule(level('blocks', left - 1)))));
    }
    return rule(level('blocks', blocks));
  };
  return all(text('"'), steps('least', min, rest(), { canEnd: false }));
}
