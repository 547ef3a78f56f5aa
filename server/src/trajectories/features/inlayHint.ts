import {
  InlayHintKind,
  type CancellationToken,
  type InlayHint,
  type Range,
} from 'vscode-languageserver';
import { breathe } from '../../lsp/breathe.ts';
import { nearSections } from '../document/section.ts';
import type { TrackedDocument } from '../document/trackedDocument.ts';
import type { SpanFacts } from './hover.ts';
import { pictureLabel } from './shownPicture.ts';

const MOST = 500;

/** Behind each span its tokens (characters until these are known) and its weight in the loss; before each picture what it is. */
export async function inlayHint(
  document: TrackedDocument,
  {
    range,
    tokens,
    weight,
    facts,
  }: { range: Range; tokens: boolean; weight: boolean; facts: SpanFacts },
  token: CancellationToken,
): Promise<InlayHint[] | null> {
  if (!tokens && !weight) return [];
  const from = document.offsetAt(range.start);
  const to = document.offsetAt(range.end);
  const hints: InlayHint[] = [];
  const pause = breathe(token);
  for (const section of nearSections(document, { from, to })) {
    for (const [index, span] of section.parsed.spans.entries()) {
      if (section.start + span.end < from || section.start + span.start > to) continue;
      if (hints.length === MOST) return hints;
      const known = facts(section, index);
      const size = known.tokens === null ? `${span.end - span.start} ch` : `${known.tokens} tok`;
      const parts = [
        ...(tokens ? [size] : []),
        ...(weight && known.weight !== null ? [`×${known.weight}`] : []),
      ];
      if (parts.length === 0) continue;
      hints.push({
        position: section.lines.positionAt(span.end),
        label: parts.join(' '),
        kind: InlayHintKind.Type,
        paddingLeft: true,
        tooltip: `${span.kind}, step ${span.step}`,
      });
    }
    if (tokens) {
      for (const picture of section.parsed.pictures) {
        const at = section.start + picture.start;
        if (at < from || at > to || hints.length === MOST) continue;
        hints.push({
          position: section.lines.positionAt(picture.start),
          label: `▣ ${pictureLabel(picture)}`,
          kind: InlayHintKind.Type,
          paddingRight: true,
          tooltip: `a picture of kind ${picture.kind}, step ${picture.step}`,
        });
      }
    }
    if (await pause()) return null;
  }
  return hints;
}
