import type { Range } from '@deepcoder/vocabulary';

/** Replaces `[start, end)` of the text as it was before any edit of the same list. */
export interface TextEdit extends Range {
  newText: string;
}

/** Applies edits that do not overlap; their order does not matter, but for inserts at the same place. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const sorted = edits
    .map((edit, i) => ({ ...edit, i }))
    .sort((a, b) => a.start - b.start || a.end - b.end || a.i - b.i);
  let result = '';
  let from = 0;
  for (const { start, end, newText } of sorted) {
    result += text.slice(from, start) + newText;
    from = Math.max(from, end);
  }
  return result + text.slice(from);
}

/** The file's line end: that of its first line. */
export function lineEnd(text: string): string {
  const at = text.search(/[\r\n]/);
  if (at < 0 || text[at] === '\n') return '\n';
  return text[at + 1] === '\n' ? '\r\n' : '\r';
}
