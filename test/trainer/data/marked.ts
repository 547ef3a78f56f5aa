import { KIND, TOKEN_KINDS } from '@deepcoder/vocabulary';
import type { Rendered } from '../../../trainer/src/data/render/rendered.ts';

/**
 * A training text with its segments shown: `⟨a:...⟩` is content, `⟨a~...⟩` glue; the letter is the
 * kind's first (r, a, o) or `x` for other.
 */
export function marked({ text, segments }: Pick<Rendered, 'text' | 'segments'>): string {
  let shown = '';
  let cursor = 0;
  for (const { start, end, kind, glue } of segments) {
    if (kind === KIND.none) continue;
    const letter = TOKEN_KINDS[kind] === 'other' ? 'x' : TOKEN_KINDS[kind][0]!;
    shown += `${text.slice(cursor, start)}⟨${letter}${glue ? '~' : ':'}${text.slice(start, end)}⟩`;
    cursor = end;
  }
  return shown + text.slice(cursor);
}
