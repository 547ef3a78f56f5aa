import { relabel as relabelSpan } from '@deepcoder/trajectory';
import type { Range, TextEdit } from 'vscode-languageserver';
import type { SpanKind } from '@deepcoder/vocabulary';
import { offsetIn, rangeIn, sectionAt, spanAt, type Section } from '../document/section.ts';
import type { TrackedDocument } from '../document/trackedDocument.ts';

/** What a change of kind comes to: edits of labels, or an annotation of these offsets. */
export type Relabelling =
  | { how: 'edit'; edits: TextEdit[] }
  | { how: 'annotation'; start: number; end: number }
  | { how: 'nothing'; message: string };

/**
 * An empty range speaks of the span around it, one over a single span and whatever label and space are
 * around it (a whole line) of that span. A span with a label of its own is changed by that.
 */
export function relabelling(document: TrackedDocument, range: Range, kind: SpanKind): Relabelling {
  const section = sectionAt(document, document.offsetAt(range.start));
  if (!section) return { how: 'nothing', message: 'This is no trajectory.' };
  const { parsed, text } = section;
  const start = offsetIn(section, range.start);
  const end = offsetIn(section, range.end);
  const isEmpty = start === end;
  const index = isEmpty ? spanAt(section, start) : onlySpanIn(section, start, end);
  const span = parsed.spans[index];
  if (isEmpty && !span) return { how: 'nothing', message: 'There is no span here.' };
  const isWhole = span !== undefined && (isEmpty || (start <= span.start && end >= span.end));
  const isInside = span !== undefined && start >= span.start && end <= span.end;
  if (span?.kind === kind && (isWhole || isInside)) {
    return { how: 'nothing', message: `This is ${kind} already.` };
  }
  const edits = isWhole ? relabelSpan(text, parsed, index, kind) : null;
  if (edits) {
    const list = edits.map((one) => ({ range: rangeIn(section, one), newText: one.newText }));
    return { how: 'edit', edits: list };
  }
  const marked = isWhole ? span : { start, end };
  return {
    how: 'annotation',
    start: marked.start + section.start,
    end: marked.end + section.start,
  };
}

/** The span that a range overlaps; -1 when there are several or none. */
function onlySpanIn({ parsed: { spans } }: Section, start: number, end: number): number {
  const first = spans.findIndex((span) => span.end > start);
  const next = spans[first + 1];
  const isOnly =
    first >= 0 && spans[first]!.start < end && (next === undefined || next.start >= end);
  return isOnly ? first : -1;
}
