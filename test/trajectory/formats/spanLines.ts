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

/** The spans with their decoded texts, as `traj.step kind text`, by trajectory, step and place. */
function spanLines(records: Records): string[] {
  const text = textOf(records);
  const parsed = parse(text);
  checkInvariants(text, parsed);
  const order = parsed.spans.map((span, i) => ({ span, i }));
  order.sort((a, b) => a.span.traj - b.span.traj || a.span.step - b.span.step || a.i - b.i);
  return order.map(
    ({ span, i }) => `${span.traj}.${span.step} ${span.kind} ${spanText(text, parsed, i)}`,
  );
}

export function expectSpans(records: Records, format: string, lines: string[]): void {
  expect(parse(textOf(records)).format).toBe(format);
  expect(spanLines(records)).toEqual(lines);
}
