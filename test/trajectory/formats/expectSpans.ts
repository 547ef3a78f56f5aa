import { parse } from '@deepcoder/trajectory';
import { expect } from 'vitest';
import { checkInvariants } from '../invariants.ts';
import { jsonLines, spanLines } from '../spanLines.ts';

/** A file of one JSON value, or of several, one a line. */
export type Records = object | { lines: object[] };

function textOf(records: Records): string {
  if ('lines' in records && Array.isArray(records.lines)) return jsonLines(records.lines);
  return JSON.stringify(records);
}

/** In any order: traces tell things in another one than they happened. */
export function expectSpans(records: Records, format: string, lines: string[]): void {
  const text = textOf(records);
  const parsed = parse(text);
  checkInvariants(text, parsed);
  expect(parsed.format).toBe(format);
  expect(spanLines(text).sort()).toEqual([...lines].sort());
}
