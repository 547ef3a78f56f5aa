import type { Source } from './source.ts';

/** A stretch of one colour in a text whose colour codes were taken out. `codes`: as written, `32;1`. */
export interface Run {
  start: number;
  end: number;
  codes: string;
}

const ESCAPE = String.fromCharCode(27);
const CODE = new RegExp(`${ESCAPE}\\[([0-9;]*)m`, 'g');

/** The text without its colour codes, and its runs; offsets map back to before or after a code. */
export function stripAnsi(source: Source): { source: Source; runs: Run[] } {
  const { text } = source;
  const runs: Run[] = [];
  const cuts = { plain: [] as number[], before: [] as number[], after: [] as number[] };
  let plain = '';
  let from = 0;
  let codes = '';
  for (const match of text.matchAll(CODE)) {
    const start = plain.length;
    plain += text.slice(from, match.index);
    if (plain.length > start) runs.push({ start, end: plain.length, codes });
    from = match.index + match[0].length;
    codes = match[1] === '0' || match[1] === '' ? '' : withCode(codes, match[1]!);
    addCut(cuts, { plain: plain.length, before: match.index, after: from });
  }
  if (from < text.length) {
    runs.push({ start: plain.length, end: plain.length + text.length - from, codes });
    plain += text.slice(from);
  }
  return {
    runs,
    source: {
      text: plain,
      depth: source.depth,
      toRaw: (offset) => source.toRaw(rawStart(cuts, offset)),
      toRawEnd: (offset) => source.toRaw(rawEnd(cuts, offset)),
    },
  };
}

/** The codes in force; only the last ones, so that a long row of them stays linear. */
function withCode(codes: string, code: string): string {
  return [...codes.split(';'), code].filter(Boolean).slice(-MOST_CODES).join(';');
}

const MOST_CODES = 16;

/** Codes that follow each other are one cut. */
interface Cuts {
  plain: number[];
  before: number[];
  after: number[];
}

function addCut(cuts: Cuts, cut: { plain: number; before: number; after: number }): void {
  const last = cuts.plain.length - 1;
  if (last >= 0 && cuts.plain[last] === cut.plain) {
    cuts.after[last] = cut.after;
    return;
  }
  cuts.plain.push(cut.plain);
  cuts.before.push(cut.before);
  cuts.after.push(cut.after);
}

/** The last cut at or before (`inclusive`), or only before, the offset. */
function lastCut(plain: number[], offset: number, inclusive: boolean): number {
  let low = 0;
  let high = plain.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (plain[middle]! < offset || (inclusive && plain[middle] === offset)) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function rawStart(cuts: Cuts, offset: number): number {
  const i = lastCut(cuts.plain, offset, true);
  return i < 0 ? offset : cuts.after[i]! + (offset - cuts.plain[i]!);
}

function rawEnd(cuts: Cuts, offset: number): number {
  const i = lastCut(cuts.plain, offset, false);
  return i < 0 ? offset : cuts.after[i]! + (offset - cuts.plain[i]!);
}
