import { stretchAt } from '@deepcoder/trajectory';
import type { Position, Range, SelectionRange } from 'vscode-languageserver';
import { labelledStart, trajectoriesOf } from '../document/outline.ts';
import { offsetIn, sectionAt, spanAt, type Section } from '../document/section.ts';
import type { TrackedDocument } from '../document/trackedDocument.ts';

/** From a place outwards: span, span with its label, step, trajectory, document. */
export function selectionRange(
  document: TrackedDocument,
  positions: readonly Position[],
): SelectionRange[] {
  const end = document.positionAt(Infinity);
  const whole: SelectionRange = { range: { start: { line: 0, character: 0 }, end } };
  return positions.map((position) => {
    const section = sectionAt(document, document.offsetAt(position), { near: true });
    if (!section) return whole;
    let chain = section.isPart ? { range: sessionRange(document, section), parent: whole } : whole;
    for (const { start, end: until } of outwards(section, offsetIn(section, position)).reverse()) {
      const range = {
        start: section.lines.positionAt(start),
        end: section.lines.positionAt(until),
      };
      if (!sameRange(range, chain.range)) chain = { range, parent: chain };
    }
    return chain;
  });
}

/** Of the whole trajectory of which only a part was read. */
function sessionRange(document: TrackedDocument, section: Section): Range {
  const { start, blocks } = stretchAt(document.readFile()!, 'trajectory', section.start)!;
  const end = blocks.reduce((sum, { text }) => sum + text.length, start);
  return { start: document.positionAt(start), end: document.positionAt(end) };
}

function outwards(section: Section, offset: number): { start: number; end: number }[] {
  const index = spanAt(section, offset);
  const own = trajectoriesOf(section).find(({ start, end }) => start <= offset && offset <= end);
  const step = own?.steps.find(({ start, end }) => start <= offset && offset <= end);
  const list: { start: number; end: number }[] = [];
  if (index >= 0) {
    const span = section.parsed.spans[index]!;
    list.push(span, { start: labelledStart(section.parsed, index), end: span.end });
  }
  if (step) list.push(step);
  if (own && !section.isPart) list.push(own);
  return nested(list);
}

/** Each holds the one before. */
function nested(list: { start: number; end: number }[]): { start: number; end: number }[] {
  let inner = { start: Infinity, end: -Infinity };
  return list.map(({ start, end }) => {
    inner = { start: Math.min(start, inner.start), end: Math.max(end, inner.end) };
    return inner;
  });
}

function sameRange(a: Range, b: Range): boolean {
  return (
    a.start.line === b.start.line &&
    a.start.character === b.start.character &&
    a.end.line === b.end.line &&
    a.end.character === b.end.character
  );
}
