import { parse, spanText } from '@deepcoder/trajectory';
import { expect } from 'vitest';
import { checkInvariants } from '../invariants.ts';

/** A file of one JSON value, or of several, one a line. */
export type Records = object | { lines: object[] };

function textOf(records: Records): string {
  if ('lines' in records && Array.isArray(records.lines))
    return records.lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  return JSON.stringify(records);
}

/** The spans with their decoded texts, as `traj.step kind text`. */
function spanLines(records: Records): string[] {
  const text = textOf(records);
  const parsed = parse(text);
  checkInvariants(text, parsed);
  return parsed.spans.map(
    ({ traj, step, kind }, i) => `${traj}.${step} ${kind} ${spanText(text, parsed, i)}`,
  );
}

/** In any order: traces tell things in another one than they happened. */
export function expectSpans(records: Records, format: string, lines: string[]): void {
  expect(parse(textOf(records)).format).toBe(format);
  expect(spanLines(records).sort()).toEqual([...lines].sort());
}
