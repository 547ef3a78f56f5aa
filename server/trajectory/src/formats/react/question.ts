import type { Range } from '@deepcoder/vocabulary';

/** No question is longer. */
const LONGEST = 4000;

/**
 * Where the paragraph begins that ends directly above `end`, with a blank line or the range's start before
 * it; null where a blank line stands between.
 */
export function questionBefore(text: string, { start, end }: Range): number | null {
  const from = Math.max(start, end - LONGEST);
  const above = text.slice(from, end);
  if (/(?:\r\n|\n|\r)[ \t]*(?:\r\n|\n|\r)[ \t]*$/.test(above.slice(-200))) return null;
  const trimmed = above.trimEnd();
  if (trimmed === '') return null;
  const gap = Math.max(trimmed.lastIndexOf('\n\n'), trimmed.lastIndexOf('\n\r\n'));
  if (gap < 0) return from === start ? start : null;
  const paragraph = /[^\s]/.exec(trimmed.slice(gap))!.index;
  return from + gap + paragraph;
}
