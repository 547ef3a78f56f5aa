import type { Builder } from '../../assemble/builder.ts';
import { plainSlice, type Slice } from '../../text/source.ts';
import { trim } from '../../text/trim.ts';

/** The slice after the label that it begins with, if it does. `pattern` is sticky. */
export function dropLabel(build: Builder, slice: Slice | null, pattern: RegExp): Slice | null {
  const trimmed = slice && trim(slice);
  if (!trimmed) return null;
  pattern.lastIndex = trimmed.start;
  const match = pattern.exec(trimmed.source.text);
  if (!match || pattern.lastIndex > trimmed.end) return trimmed;
  build.label(plainSlice(trimmed.source, trimmed.start, pattern.lastIndex));
  return { ...trimmed, start: pattern.lastIndex };
}
