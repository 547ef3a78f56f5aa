import { Cuts } from './cuts.ts';
import type { Source } from './source.ts';

/** A stretch of one colour in a text whose colour codes were taken out. `codes`: as written, `32;1`. */
export interface Run {
  start: number;
  end: number;
  codes: string;
}

const ESCAPE = String.fromCharCode(27);
const BELL = String.fromCharCode(7);
/** Colours (with their parameters), other control sequences, titles and links, character sets. */
export const CONSOLE_CODE = [
  `${ESCAPE}\\[([0-9;:]*)m`,
  `${ESCAPE}\\[[0-?]*[ -/]*[@-~]`,
  `${ESCAPE}\\][^${BELL}${ESCAPE}]*(?:${BELL}|${ESCAPE}\\\\)`,
  `${ESCAPE}[()][0-9A-Z]`,
].join('|');
const CODE = new RegExp(CONSOLE_CODE, 'g');

/** The source without the colour codes of a console; itself where it has none. */
export function plainSource(source: Source): Source {
  return hasColours(source.text) ? stripAnsi(source).source : source;
}

export function hasColours(text: string): boolean {
  return text.includes(ESCAPE);
}

/** The text without its colour codes, and its runs; offsets map back to before or after a code. */
export function stripAnsi(source: Source): { source: Source; runs: Run[] } {
  const { text } = source;
  const runs: Run[] = [];
  const cuts = new Cuts();
  let plain = '';
  let from = 0;
  let codes = '';
  for (const match of text.matchAll(CODE)) {
    const start = plain.length;
    plain += text.slice(from, match.index);
    if (plain.length > start) runs.push({ start, end: plain.length, codes });
    from = match.index + match[0].length;
    const code = match[1];
    if (code !== undefined) codes = code === '0' || code === '' ? '' : withCode(codes, code);
    cuts.add({ plain: plain.length, before: match.index, after: from });
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
      toRaw: (offset) => source.toRaw(cuts.rawStart(offset)),
      toRawEnd: (offset) => source.toRaw(cuts.rawEnd(offset)),
    },
  };
}

/** The codes in force; only the last ones, so that a long row of them stays linear. */
function withCode(codes: string, code: string): string {
  return [...codes.split(';'), code].filter(Boolean).slice(-MOST_CODES).join(';');
}

const MOST_CODES = 16;
