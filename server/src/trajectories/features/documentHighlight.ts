import { exchangeOf } from '@deepcoder/trajectory';
import {
  DocumentHighlightKind,
  type DocumentHighlight,
  type Position,
} from 'vscode-languageserver';
import { rangeIn, sectionAt, offsetIn, spanAt } from '../document/section.ts';
import type { TrackedDocument } from '../document/trackedDocument.ts';

/** The call and the result that belong together, or else the span. */
export function documentHighlight(
  document: TrackedDocument,
  position: Position,
): DocumentHighlight[] | null {
  const section = sectionAt(document, document.offsetAt(position), { near: true });
  if (!section) return null;
  const index = spanAt(section, offsetIn(section, position));
  if (index < 0) return null;
  const { spans } = section.parsed;
  const exchange = exchangeOf(section.parsed, index);
  const highlight = (kind: DocumentHighlightKind) => (span: number) => ({
    range: rangeIn(section, spans[span]!),
    kind,
  });
  if (!exchange) return [highlight(DocumentHighlightKind.Text)(index)];
  return [
    ...exchange.call.map(highlight(DocumentHighlightKind.Write)),
    ...exchange.result.map(highlight(DocumentHighlightKind.Read)),
  ];
}
