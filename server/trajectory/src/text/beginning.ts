import { unescapeText } from './escapes.ts';
import type { Slice } from './source.ts';
import { trimStart } from './trim.ts';

/** Longer than any mark that a text is told by. */
const LENGTH = 400;

/** The decoded beginning of a slice's content: some writers escape `<` in JSON, as HTML needs it. */
export function beginningOf(slice: Slice): string {
  const start = trimStart(slice);
  const raw = slice.source.text.slice(start, Math.min(slice.end, start + LENGTH));
  return slice.escaped ? unescapeText(raw) : raw;
}
