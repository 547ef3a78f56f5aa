import { type Parsed, placeOf, spanMap } from '@deepcoder/trajectory';
import type { EncodeContext } from './encode/encodeContext.ts';
import type { PlacedSpan, Rendered } from './render/rendered.ts';
import { layoutTokens } from './layoutTokens.ts';

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
  /** What its prediction counts, before any weighting strategy; 0 where it is cut off. */
  weight: number[];
  /** Why: indices into `REASONS`. */
  reason: number[];
  /** 1 where `data.max_length` cuts it off, or would. */
  truncated: number[];
}

export interface ParsedText {
  text: string;
  parsed: Parsed;
}

/** The same with the sequences that the tokens are learnt in. */
export interface PlacedTokens {
  columns: TokenColumns;
  /** Ids of each training text, cut to length. */
  sequences: number[][];
  /** By token: its sequence, and its place there; -1 where `data.max_length` leaves it out. */
  sequence: number[];
  place: number[];
}

/**
 * The tokens of one trajectory, each content once. `texts` are its training texts; where there are
 * several (one a turn), what a later one repeats of an earlier one is left out of the columns.
 */
export async function placeTokens(
  file: ParsedText,
  texts: readonly Rendered[],
  context: EncodeContext,
): Promise<PlacedTokens> {
  const columns: TokenColumns = {
    ...{ id: [], text: [], start: [], end: [], span: [] },
    ...{ kind: [], glue: [], weight: [], reason: [], truncated: [] },
  };
  const placed: PlacedTokens = { columns, sequences: [], sequence: [], place: [] };
  for (const [index, rendered] of texts.entries()) {
    const from = index === 0 ? 0 : firstOwn(rendered);
    await addText(placed, { file, rendered, from }, context);
  }
  return placed;
}

/** Where a later text begins to say what no earlier one has said. */
function firstOwn({ placed, segments }: Rendered): number {
  return Math.min(placed[0]?.start ?? Infinity, segments[0]?.start ?? Infinity);
}

async function addText(
  placed: PlacedTokens,
  { file, rendered, from }: { file: ParsedText; rendered: Rendered; from: number },
  context: EncodeContext,
): Promise<void> {
  const { tokenizer } = context;
  const { text, placed: spans } = rendered;
  const layout = await layoutTokens(rendered, context);
  const { ids, offsets, prefix, kinds, glue, reasons, weights, cutFrom, cutTo } = layout;
  const { columns } = placed;
  const put = (token: number, row: Located & { text: string }): void => {
    add(columns, {
      ...row,
      ...{ id: ids[token]!, kind: kinds[token]!, glue: glue[token]! },
      ...{ weight: weights[token]!, reason: reasons[token]! },
      truncated: token >= cutFrom && token < cutTo ? 1 : 0,
    });
    placed.sequence.push(placed.sequences.length);
    placed.place.push(placeOf(layout, token));
  };
  const nowhere = spans[0] === undefined ? 0 : file.parsed.spans[spans[0].span]!.start;
  for (let token = 0; from === 0 && token < prefix; token++) {
    const shown = tokenizer.tokenOf(ids[token]!) ?? '';
    put(token, { text: shown, span: -1, start: nowhere, end: nowhere });
  }
  const locate = locator(file, text, spans);
  let last = nowhere;
  for (let token = prefix; token < ids.length; token++) {
    const own = 2 * (token - prefix);
    const [start, end] = [offsets[own]!, offsets[own + 1]!];
    if (start < from) continue;
    const found = locate(start, end) ?? { span: -1, start: last, end: last };
    last = found.end;
    put(token, { ...found, text: text.slice(start, end) });
  }
  placed.sequences.push(Array.from(ids).filter((_, token) => placeOf(layout, token) >= 0));
}

type Row = { [Column in keyof TokenColumns]: TokenColumns[Column][number] };

function add(columns: TokenColumns, row: Row): void {
  for (const [name, value] of Object.entries(row)) {
    (columns[name as keyof TokenColumns] as unknown[]).push(value);
  }
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
