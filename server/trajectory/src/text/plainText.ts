import type { Range } from '@deepcoder/vocabulary';
import { CONSOLE_CODE } from './ansi.ts';
import { Cuts } from './cuts.ts';
import type { OffsetMap } from './escapes.ts';

const ESCAPE = String.fromCharCode(27);
const ZEROS = '\\0+';
const LEFT_OUT = new RegExp(ZEROS, 'g');
const LEFT_OUT_OF_TEXT = new RegExp(`${ZEROS}|${CONSOLE_CODE}`, 'g');

/** What is no content: zeros that a crash leaves; colour codes of a console, not those in a JSON string. */
function leftOut(raw: string, escapes: number): RegExp | null {
  if (escapes === 0 && raw.includes(ESCAPE)) return LEFT_OUT_OF_TEXT;
  return raw.includes('\0') ? LEFT_OUT : null;
}

interface TakesWarnings {
  problem(severity: 'warning', code: string, message: string, at: Range): void;
}

/** Says where a crash has left zeros. */
export function reportZeros(build: TakesWarnings, text: string): void {
  if (!text.includes('\0')) return;
  for (const { index, 0: run } of text.matchAll(LEFT_OUT)) {
    const message = `${run.length} zero ${run.length === 1 ? 'byte' : 'bytes'}, as a crash leaves them: passed over.`;
    build.problem('warning', 'zero-bytes', message, { start: index, end: index + run.length });
  }
}

/** The raw text of a span without what is no content. */
export function plainText(raw: string, escapes: number): string {
  const pattern = leftOut(raw, escapes);
  return pattern ? raw.replace(pattern, '') : raw;
}

/** A whole text file so, with the map between the offsets; null where all is content. */
export function plainTextMap(text: string): { text: string; map: OffsetMap } | null {
  return plainMap(text, 0);
}

/** The same with the map between the offsets; null where all is content. */
export function plainMap(raw: string, escapes: number): { text: string; map: OffsetMap } | null {
  const pattern = leftOut(raw, escapes);
  if (!pattern) return null;
  const cuts = new Cuts();
  let removed = 0;
  for (const { index, 0: cut } of raw.matchAll(pattern)) {
    cuts.add({ plain: index - removed, before: index, after: index + cut.length });
    removed += cut.length;
  }
  const text = raw.replace(pattern, '');
  return {
    text,
    map: {
      toRaw: (offset) => (offset >= text.length ? raw.length : cuts.rawEnd(offset)),
      toDecoded: (offset) => cuts.toPlain(offset),
    },
  };
}
