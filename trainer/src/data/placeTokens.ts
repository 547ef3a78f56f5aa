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
    ...{ kind: [], glue: [], weight: [], truncated: [] },
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
  const { tokenizer, settings } = context;
  const { text, segments, placed: spans, withPrefix } = rendered;
  const { ids, offsets } = await tokenizer.encode(text);
  const marks = tokenKinds(text, offsets, segments);
  const prefix = withPrefix ? tokenizer.prefixIds : [];
  const all = [...prefix, ...ids];
  const weights = weightsOf(marks, prefix.length, context);
  // Training needs a text up to its last target; what comes after is not what makes it too long.
  const needed = 1 + weights.findLastIndex((weight) => weight > 0);
  const cut = cutter(needed === 0 ? all.length : needed, prefix.length, settings);
  const { columns } = placed;
  const put = (index: number, row: Omit<Row, 'id' | 'weight' | 'truncated'>): void => {
    const place = cut.placeOf(index);
    const weight = weights[index]!;
    add(columns, { ...row, id: all[index]!, weight, truncated: cut.isCut(index) ? 1 : 0 });
    placed.sequence.push(placed.sequences.length);
    placed.place.push(place);
  };
  const nowhere = spans[0] === undefined ? 0 : file.parsed.spans[spans[0].span]!.start;
  if (from === 0) {
    for (const [index, id] of prefix.entries()) {
      const shown = { text: tokenizer.tokenOf(id) ?? '', span: -1, kind: 0, glue: 0 };
      put(index, { ...shown, start: nowhere, end: nowhere });
    }
  }
  const locate = locator(file, text, spans);
  let last = nowhere;
  for (let token = 0; token < ids.length; token++) {
    const [start, end] = [offsets[2 * token]!, offsets[2 * token + 1]!];
    if (start < from) continue;
    const found = locate(start, end) ?? { span: -1, start: last, end: last };
    last = found.end;
    const shown = { text: text.slice(start, end), kind: marks.kinds[token]! };
    put(prefix.length + token, { ...found, ...shown, glue: marks.glue[token]! });
  }
  placed.sequences.push(all.filter((_, index) => cut.placeOf(index) >= 0));
}

/** What the prediction of each token counts, those of the prefix first. */
function weightsOf(
  { kinds, glue }: { kinds: ArrayLike<number>; glue: ArrayLike<number> },
  prefix: number,
  { weights }: EncodeContext,
): number[] {
  const own = Array.from(kinds, (kind, token) => {
    const name = KIND_NAMES[kind]!;
    return name === 'none' ? 0 : weights[name] * (glue[token] === 1 ? weights.labels : 1);
  });
  const all = [...new Array<number>(prefix).fill(0), ...own];
  // Nothing comes before the first token that could predict it.
  if (all.length > 0) all[0] = 0;
  return all;
}

type Row = { [Column in keyof TokenColumns]: TokenColumns[Column][number] };

function add(columns: TokenColumns, row: Row): void {
  for (const [name, value] of Object.entries(row)) {
    (columns[name as keyof TokenColumns] as unknown[]).push(value);
  }
}

interface Cutter {
  /** Whether a token is beyond the longest length. */
  isCut: (index: number) => boolean;
  /** Where it stands in what is left; -1: nowhere. */
  placeOf: (index: number) => number;
}

/** As a training text of so many needed tokens is cut; one that is refused is cut at its end. */
function cutter(
  needed: number,
  prefix: number,
  { maxLength, truncate }: EncodeContext['settings'],
): Cutter {
  const excess = Math.max(0, needed - maxLength);
  const fromLeft = truncate === 'left' ? excess : 0;
  const isLeftOut = (index: number): boolean => index >= prefix && index < prefix + fromLeft;
  return {
    isCut: (index) => isLeftOut(index) || (excess > 0 && truncate !== 'left' && index >= maxLength),
    placeOf: (index) => {
      if (isLeftOut(index)) return -1;
      const place = index < prefix ? index : index - fromLeft;
      return place < maxLength ? place : -1;
    },
  };
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
