import type { Builder } from '../../build/builder.ts';
import { decodedSource, plainSlice, type Slice } from '../../text/source.ts';

const OPEN = '<think>';
const CLOSE = '</think>';

/**
 * The rest of a text that begins with its thinking in tags. Where the file gives the thinking apart, as
 * `known`, that in the tags is a copy; any other is put.
 */
export function afterThought(
  build: Builder,
  slice: Slice | null,
  known: Slice | null,
): Slice | null {
  if (!slice) return null;
  const source = decodedSource(slice);
  const { text } = source;
  const start = text.length - text.trimStart().length;
  if (!text.startsWith(OPEN, start)) return slice;
  const close = text.indexOf(CLOSE, start);
  const end = close < 0 ? text.length : close;
  const thought = plainSlice(source, start + OPEN.length, end);
  build.label(plainSlice(source, start, start + OPEN.length));
  if (!known || textOf(thought) !== textOf(known)) build.put('reasoning', thought);
  if (close < 0) return null;
  build.label(plainSlice(source, close, close + CLOSE.length));
  return plainSlice(source, close + CLOSE.length, text.length);
}

function textOf(slice: Slice): string {
  return decodedSource(slice).text.trim();
}
