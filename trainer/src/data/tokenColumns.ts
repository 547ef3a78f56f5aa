import { spanMap, type Parsed } from '@deepcoder/trajectory';
import type { EncodeContext } from './encode/encodeContext.ts';
import type { PlacedSpan, Rendered } from './render/rendered.ts';
import { KIND_NAMES } from './kinds.ts';
import { tokenKinds } from './tokenKinds.ts';

/** Tokens of training texts and where each stands in the document; one entry a token. */
export interface TokenColumns {
  id: number[];
  text: string[];
  /** Offsets in the document; equal where the token stands nowhere in it. */
  start: number[];
  end: number[];
  /** Index of the span whose content it is; -1: label, template text, what the tokenizer adds. */
  span: number[];
  /** `KIND` codes. */
  kind: number[];
  glue: number[];
  /** What its prediction counts, before any weighting strategy. */
  weight: number[];
  /** 1 where `data.max_length` cuts it off, or would. */
  truncated: number[];
}

export interface ParsedText {
  text: string;
  parsed: Parsed;
}

/**
 * The tokens of one trajectory, each content once. `texts` are its training texts; where there are
 * several (one a turn), what a later one repeats of an earlier one is left out.
 */
export async function tokenColumns(
  file: ParsedText,
  texts: readonly Rendered[],
  context: EncodeContext,
): Promise<TokenColumns> {
  const columns: TokenColumns = {
    ...{ id: [], text: [], start: [], end: [], span: [] },
    ...{ kind: [], glue: [], weight: [], truncated: [] },
  };
  for (const [index, rendered] of texts.entries()) {
    const from = index === 0 ? 0 : firstOwn(rendered);
    await addText(columns, { file, rendered, from }, context);
  }
  return columns;
}

/** Where a later text begins to say what no earlier one has said. */
function firstOwn({ placed, segments }: Rendered): number {
  return Math.min(placed[0]?.start ?? Infinity, segments[0]?.start ?? Infinity);
}

async function addText(
  columns: TokenColumns,
  { file, rendered, from }: { file: ParsedText; rendered: Rendered; from: number },
  { tokenizer, weights, settings }: EncodeContext,
): Promise<void> {
  const { text, segments, placed, withPrefix } = rendered;
  const { ids, offsets } = await tokenizer.encode(text);
  const { kinds, glue } = tokenKinds(text, offsets, segments);
  const prefix = withPrefix ? tokenizer.prefixIds : [];
  const count = prefix.length + ids.length;
  const isCut = cutter(count, prefix.length, settings);
  const locate = locator(file, text, placed);
  const nowhere = placed[0] === undefined ? 0 : file.parsed.spans[placed[0].span]!.start;
  if (from === 0) {
    for (const [index, id] of prefix.entries()) {
      const shown = { id, text: tokenizer.tokenOf(id) ?? '', span: -1, kind: 0, glue: 0 };
      const place = { start: nowhere, end: nowhere, weight: 0, truncated: isCut(index) };
      add(columns, { ...shown, ...place });
    }
  }
  let last = nowhere;
  for (const [token, id] of ids.entries()) {
    const [start, end] = [offsets[2 * token]!, offsets[2 * token + 1]!];
    if (start < from) continue;
    const found = locate(start, end) ?? { span: -1, start: last, end: last };
    last = found.end;
    const name = KIND_NAMES[kinds[token]!]!;
    const own = name === 'none' ? 0 : weights[name] * (glue[token] === 1 ? weights.labels : 1);
    const index = prefix.length + token;
    add(columns, {
      ...found,
      ...{ id, text: text.slice(start, end), kind: kinds[token]!, glue: glue[token]! },
      // Nothing comes before the first token that could predict it.
      ...{ weight: index === 0 ? 0 : own, truncated: isCut(index) },
    });
  }
}

type Row = { [Column in keyof TokenColumns]: TokenColumns[Column][number] };

function add(columns: TokenColumns, row: Row): void {
  for (const [name, value] of Object.entries(row)) {
    (columns[name as keyof TokenColumns] as unknown[]).push(value);
  }
}

/** Says of a token of a text whether it is beyond the longest length. */
function cutter(
  count: number,
  prefix: number,
  { maxLength, truncate }: EncodeContext['settings'],
): (index: number) => number {
  const excess = count - maxLength;
  if (excess <= 0) return () => 0;
  if (truncate === 'left') return (index) => (index >= prefix && index < prefix + excess ? 1 : 0);
  return (index) => (index >= maxLength ? 1 : 0);
}

type Located = { span: number; start: number; end: number };

/** Finds the place in the document of a part of the training text that belongs to a content. */
function locator(
  file: ParsedText,
  text: string,
  placed: readonly PlacedSpan[],
): (start: number, end: number) => Located | null {
  let next = 0;
  const maps = new Map<PlacedSpan, (offset: number) => number | null>();
  return (start, end) => {
    const at = firstNonSpace(text, start, end);
    while (next < placed.length && placed[next]!.end <= at) next++;
    const place = placed[next];
    if (place === undefined || place.start > at) return null;
    const map = maps.get(place) ?? offsetMap(file, text.slice(place.start, place.end), place);
    maps.set(place, map);
    const [from, to] = [
      map(Math.max(start, place.start) - place.start),
      map(Math.min(end, place.end) - place.start),
    ];
    const known = file.parsed.spans[place.span]!.start;
    return { span: place.span, start: from ?? known, end: to ?? from ?? known };
  };
}

function firstNonSpace(text: string, start: number, end: number): number {
  for (let at = start; at < end; at++) if (!/\s/.test(text[at]!)) return at;
  return start;
}

/** From offsets in a content as it is shown to offsets in the document; null where it is shown otherwise. */
function offsetMap(
  { text, parsed }: ParsedText,
  shown: string,
  { span }: PlacedSpan,
): (offset: number) => number | null {
  const decoded = spanMap(text, parsed, span);
  const shift = decoded.text.indexOf(shown);
  if (shift >= 0) return (offset) => decoded.toRaw(offset + shift);
  const aligned = alignSpaces(shown, decoded.text);
  return (offset) => (aligned === null ? null : decoded.toRaw(aligned[offset]!));
}

/** Offsets in `b` for those in `a`, which may differ in white space (JSON that a template writes); else null. */
function alignSpaces(a: string, b: string): Uint32Array | null {
  const offsets = new Uint32Array(a.length + 1);
  let at = 0;
  for (let i = 0; i < a.length; i++) {
    if (!/\s/.test(a[i]!)) {
      while (at < b.length && b[at] !== a[i] && /\s/.test(b[at]!)) at++;
      if (b[at] !== a[i]) return null;
    }
    offsets[i] = at;
    if (b[at] === a[i]) at++;
  }
  offsets[a.length] = at;
  return offsets;
}
