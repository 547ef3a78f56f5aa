import { unescapeJson, type OffsetMap } from './escapes.ts';
import type { Slice, Source } from './source.ts';

interface Part {
  base: Source;
  start: number;
  map: OffsetMap;
  /** Where it begins in the joined text, and its length there. */
  at: number;
  length: number;
}

/**
 * Several JSON strings as one text, `separator` between them. A slice across a boundary has no place in the
 * file: `partEnd` tells where to cut it.
 */
export function joinedSource(slices: readonly Slice[], separator: string): Source {
  const parts: Part[] = [];
  let text = '';
  for (const { source, start, end } of slices) {
    const decoded = unescapeJson(source.text.slice(start, end));
    if (parts.length > 0) text += separator;
    parts.push({
      base: source,
      start,
      map: decoded.map,
      at: text.length,
      length: decoded.text.length,
    });
    text += decoded.text;
  }
  return new JoinedSource(text, parts);
}

class JoinedSource implements Source {
  readonly depth: number;

  constructor(
    readonly text: string,
    private readonly parts: readonly Part[],
  ) {
    // A string without a backslash unescapes to itself, so all parts can count as escaped.
    this.depth = (parts[0]?.base.depth ?? 0) + 1;
  }

  toRaw(offset: number): number {
    return rawOf(this.partAt(offset), offset);
  }

  /** An end at a boundary belongs to the part before it. */
  toRawEnd(offset: number): number {
    const part = this.partAt(offset);
    const before = part.at === offset ? this.parts[this.parts.indexOf(part) - 1] : undefined;
    return rawOf(before ?? part, offset);
  }

  partEnd(offset: number): number {
    const next = this.parts[this.parts.indexOf(this.partAt(offset)) + 1];
    return next?.at ?? this.text.length;
  }

  private partAt(offset: number): Part {
    let found = this.parts[0]!;
    for (const part of this.parts) if (part.at <= offset) found = part;
    return found;
  }
}

function rawOf({ base, start, map, at, length }: Part, offset: number): number {
  return base.toRaw(start + map.toRaw(Math.min(offset - at, length)));
}
