import type { Range } from '@deepcoder/vocabulary';
import type { Builder } from '../../assemble/builder.ts';
import { plainSlice, type Slice, type Source } from '../../text/source.ts';

/** How one program writes a conversation for people to read. */
export interface Style {
  /** For the verdict's reason. */
  name: string;
  fits: (head: string) => boolean;
  read: (build: Builder, source: Source, range: Range) => void;
}

/**
 * Whether a text has all of these words and patterns. The search for words spares most texts the patterns: the
 * rarest word goes first, and none begins with a blank, which is slow to find.
 */
export function has(words: readonly string[], ...signs: readonly RegExp[]) {
  return (head: string): boolean =>
    words.every((word) => head.includes(word)) && signs.every((sign) => sign.test(head));
}

/** What stands between one heading and the next. */
export interface Section {
  /** The heading's groups; null for what stands before the first. */
  heading: RegExpExecArray | null;
  body: Slice;
}

/** A stretch by its headings, which are marked as labels. `heading` has the flags g and m. */
export function* sections(
  build: Builder,
  { source, range, heading }: { source: Source; range: Range; heading: RegExp },
): Iterable<Section> {
  const pattern = new RegExp(heading);
  pattern.lastIndex = range.start;
  let open: RegExpExecArray | null = null;
  let start = range.start;
  for (;;) {
    const found = pattern.exec(source.text);
    const end = found && found.index < range.end ? found.index : range.end;
    yield { heading: open, body: plainSlice(source, start, end) };
    if (!found || end === range.end) return;
    start = Math.min(pattern.lastIndex, range.end);
    build.label(plainSlice(source, found.index, start));
    open = found;
  }
}

export function textOf({ source, start, end }: Slice): string {
  return source.text.slice(start, end);
}

export function isBlank(slice: Slice): boolean {
  return textOf(slice).trim() === '';
}

/** A part of a slice, by offsets from its start. */
export function partOf({ source, start }: Slice, from: number, to: number): Slice {
  return plainSlice(source, start + from, start + to);
}
