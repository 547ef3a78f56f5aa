import { unescapeJson, unescapeText } from './escapes.ts';

/**
 * A text that slices are cut from: the file itself, or the decoded inside of a JSON string in it.
 * `depth` counts the JSON strings around it; `toRaw` gives an offset's place in the file.
 */
export interface Source {
  text: string;
  depth: number;
  readonly toRaw: (offset: number) => number;
  /** For ends, where the file has something at that place that the text leaves out. */
  readonly toRawEnd?: (offset: number) => number;
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
export function decodedSource(slice: Slice): Source {
  const { source, start, end, escaped } = slice;
  const raw = source.text.slice(start, end);
  if (!escaped) {
    return {
      text: raw,
      depth: source.depth,
      toRaw: (offset) => source.toRaw(start + offset),
    };
  }
  const { text, map } = unescapeJson(raw);
  return {
    text,
    depth: source.depth + 1,
    toRaw: (offset) => source.toRaw(start + map.toRaw(offset)),
  };
}

export function decodedText({ source, start, end, escaped }: Slice): string {
  const raw = source.text.slice(start, end);
  return escaped ? unescapeText(raw) : raw;
}
