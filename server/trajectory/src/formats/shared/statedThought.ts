import type { Range } from '@deepcoder/vocabulary';

const OPENING = /\s*Here(?:'s| is) my thought process:/y;
const CLOSING = /Here(?:'s| is) my response:/g;

/** Granite 3.2 says in words where its thinking begins, and where its response does. */
export function statedThought(
  text: string,
  { start, end }: Range,
): { opening: Range; thought: Range; closing: Range } | null {
  OPENING.lastIndex = start;
  if (!OPENING.test(text) || OPENING.lastIndex > end) return null;
  const from = OPENING.lastIndex;
  CLOSING.lastIndex = from;
  const found = CLOSING.exec(text);
  const close = found && found.index < end ? found : null;
  const to = close?.index ?? end;
  return {
    opening: { start, end: from },
    thought: { start: from, end: to },
    closing: { start: to, end: close ? CLOSING.lastIndex : end },
  };
}
