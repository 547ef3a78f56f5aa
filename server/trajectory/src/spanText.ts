import { unescapeJson, unescapeText, type OffsetMap } from './text/escapes.ts';
import { plainMap, plainText } from './text/plainText.ts';
import type { Parsed } from './types.ts';

type Spans = Pick<Parsed, 'spans' | 'escapes'>;

/** The decoded text of span `index`. */
export function spanText(text: string, parsed: Spans, index: number): string {
  const { start, end } = parsed.spans[index]!;
  return decode(text.slice(start, end), parsed.escapes[index]!);
}

/** A raw text without what is no content, unescaped as many times as JSON strings lie around it. */
export function decode(raw: string, escapes: number): string {
  let text = plainText(raw, escapes);
  for (let i = 0; i < escapes; i += 1) text = unescapeText(text);
  return text;
}

/** The decoded text with the map between its offsets and the file's, for the ends and all between. */
export function spanMap(text: string, parsed: Spans, index: number): { text: string } & OffsetMap {
  const { start, end } = parsed.spans[index]!;
  let decoded = text.slice(start, end);
  const maps: OffsetMap[] = [];
  const plain = plainMap(decoded, parsed.escapes[index]!);
  if (plain) {
    decoded = plain.text;
    maps.push(plain.map);
  }
  for (let i = 0; i < parsed.escapes[index]!; i += 1) {
    const level = unescapeJson(decoded);
    decoded = level.text;
    maps.push(level.map);
  }
  return {
    text: decoded,
    toRaw: (offset) => start + maps.reduceRight((at, map) => map.toRaw(at), offset),
    toDecoded: (offset) => maps.reduce((at, map) => map.toDecoded(at), offset - start),
  };
}
