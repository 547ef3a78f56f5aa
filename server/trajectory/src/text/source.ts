import { unescapeJson, type OffsetMap } from './escapes.ts';

/**
 * A text that slices are cut from: the file itself, or the decoded inside of a JSON string in it.
 * `depth` counts the JSON strings around it; `toRaw` gives an offset's place in the file.
 */
export interface Source {
  readonly text: string;
  readonly depth: number;
  toRaw(offset: number): number;
  /** For ends, where the file has something at that place that the text leaves out. */
  toRawEnd?(offset: number): number;
  /** Of a text joined from several strings: where the one ends that has this offset. */
  partEnd?(offset: number): number;
}

/** `[start, end)` of a source; `escaped`: the text there is still JSON-escaped once. */
export interface Slice {
  source: Source;
  start: number;
  end: number;
  escaped: boolean;
}

export function fileSource(text: string): Source {
  return { text, depth: 0, toRaw: (offset) => offset };
}

export function plainSlice(source: Source, start: number, end: number): Slice {
  return { source, start, end, escaped: false };
}

/** The slice's decoded text as a source of its own, for cutting it further. */
export function decodedSource({ source, start, end, escaped }: Slice): Source {
  const raw = source.text.slice(start, end);
  if (!escaped) return new PartSource(raw, source.depth, { base: source, start, map: null });
  const { text, map } = unescapeJson(raw);
  return new PartSource(text, source.depth + 1, { base: source, start, map });
}

class PartSource implements Source {
  readonly toRawEnd?: (offset: number) => number;

  constructor(
    readonly text: string,
    readonly depth: number,
    private readonly origin: { base: Source; start: number; map: OffsetMap | null },
  ) {
    const { base } = origin;
    if (base.toRawEnd) this.toRawEnd = (offset) => base.toRawEnd!(this.inBase(offset));
  }

  toRaw(offset: number): number {
    return this.origin.base.toRaw(this.inBase(offset));
  }

  private inBase(offset: number): number {
    const { start, map } = this.origin;
    return start + (map ? map.toRaw(offset) : offset);
  }
}
