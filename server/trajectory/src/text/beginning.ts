import { unescapeText } from './escapes.ts';
import type { Slice } from './source.ts';
import { trimStart } from './trim.ts';

/** Longer than any mark that a text is told by. */
const LENGTH = 400;

/**
 * The beginning of a slice's content, decoded where its first character is escaped: some writers escape `<` in
 * JSON, as HTML needs it.
 */
export function beginningOf(slice: Slice): string {
  const start = trimStart(slice);
  const raw = slice.source.text.slice(start, Math.min(slice.end, start + LENGTH));
  return slice.escaped && raw.startsWith('\\') ? unescapeText(raw) : raw;
}
