import { KIND, KIND_NAMES } from '../../../trainer/src/data/kinds.ts';
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
    const letter = KIND_NAMES[kind] === 'other' ? 'x' : KIND_NAMES[kind][0]!;
    shown += `${text.slice(cursor, start)}⟨${letter}${glue ? '~' : ':'}${text.slice(start, end)}⟩`;
    cursor = end;
  }
  return shown + text.slice(cursor);
}
