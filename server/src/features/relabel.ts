import { relabel as relabelSpan, type SpanKind } from '@deepcoder/trajectory';
import type { Range, TextEdit } from 'vscode-languageserver';
import type { TrackedDocument } from '../trackedDocument.ts';
import { offsetIn, rangeIn, sectionAt, spanAt } from './section.ts';

/** What a change of kind comes to: edits of labels, or an annotation of these offsets. */
export type Relabelling =
  | { how: 'edit'; edits: TextEdit[] }
  | { how: 'annotation'; start: number; end: number }
  | { how: 'nothing'; message: string };

/** An empty range speaks of the span around it. A span with a label of its own is changed by that. */
export function relabelling(document: TrackedDocument, range: Range, kind: SpanKind): Relabelling {
  const section = sectionAt(document, document.offsetAt(range.start));
  if (!section) return { how: 'nothing', message: 'This is no trajectory.' };
  const { parsed, text } = section;
  const start = offsetIn(section, range.start);
  const end = offsetIn(section, range.end);
  const index = spanAt(section, start);
  const span = parsed.spans[index];
  const isEmpty = start === end;
  if (isEmpty && !span) return { how: 'nothing', message: 'There is no span here.' };
  if (span?.kind === kind && (isEmpty || (start >= span.start && end <= span.end))) {
    return { how: 'nothing', message: `This is ${kind} already.` };
  }
  const isWhole =
    span !== undefined &&
    (isEmpty || (start <= span.start && end >= span.end && end <= span.end + 1));
  const edits = isWhole ? relabelSpan(text, parsed, index, kind) : null;
  if (edits) {
    const list = edits.map((one) => ({ range: rangeIn(section, one), newText: one.newText }));
    return { how: 'edit', edits: list };
  }
  const from = isEmpty ? span!.start : start;
  const to = isEmpty ? span!.end : end;
  return { how: 'annotation', start: from + section.start, end: to + section.start };
}
