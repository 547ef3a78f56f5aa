import type { Span } from '@deepcoder/trajectory';
import type { SpanKind } from '@deepcoder/vocabulary';
import { sectionAt, sections, spanAt, type Section } from '../document/section.ts';
import type { TrackedDocument } from '../document/trackedDocument.ts';

interface Jump {
  offset: number;
  by: 'step' | 'span' | 'record';
  direction: 'next' | 'previous';
  kind?: SpanKind | undefined;
}

/** The span to go to, by offsets of the document; by `span` to one of the kind that the place has. */
export function jump(
  document: TrackedDocument,
  { offset, by, direction, kind }: Jump,
): Span | null {
  const here = sectionAt(document, offset);
  if (!here) return null;
  const index = spanAt(here, offset - here.start);
  const wanted = kind ?? (by === 'span' ? here.parsed.spans[index]?.kind : undefined);
  const isTarget = (section: Section, i: number): boolean => {
    const span = section.parsed.spans[i]!;
    if (wanted !== undefined && span.kind !== wanted) return false;
    const before = section.parsed.spans[i - 1];
    if (by === 'span') return true;
    return before?.traj !== span.traj || (by === 'step' && before.step !== span.step);
  };
  return direction === 'next'
    ? forward(document, offset, isTarget)
    : backward(document, offset, isTarget);
}

type IsTarget = (section: Section, index: number) => boolean;

function forward(document: TrackedDocument, offset: number, isTarget: IsTarget): Span | null {
  for (const section of sections(document, { from: offset })) {
    for (let i = 0; i < section.parsed.spans.length; i += 1) {
      if (section.parsed.spans[i]!.start + section.start <= offset) continue;
      if (isTarget(section, i)) return inDocument(section, i);
    }
  }
  return null;
}

function backward(document: TrackedDocument, offset: number, isTarget: IsTarget): Span | null {
  for (let at = offset; at >= 0;) {
    const section = sectionAt(document, at);
    if (!section) return null;
    for (let i = section.parsed.spans.length - 1; i >= 0; i -= 1) {
      if (section.parsed.spans[i]!.start + section.start >= offset) continue;
      if (isTarget(section, i)) return inDocument(section, i);
    }
    at = section.start - 1;
  }
  return null;
}

function inDocument({ parsed, start, traj }: Section, index: number): Span {
  const span = parsed.spans[index]!;
  return { ...span, start: span.start + start, end: span.end + start, traj: span.traj + traj };
}
