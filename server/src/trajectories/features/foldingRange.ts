import { stretches } from '@deepcoder/trajectory';
import type { CancellationToken, FoldingRange } from 'vscode-languageserver';
import { breathe } from '../../lsp/breathe.ts';
import { trajectoriesOf } from '../document/outline.ts';
import { perStretch } from '../document/perStretch.ts';
import type { Section } from '../document/section.ts';
import type { TrackedDocument } from '../document/trackedDocument.ts';

/** By trajectory, step and span, where these take several lines; of those that begin on one line the longest. */
export async function foldingRange(
  document: TrackedDocument,
  token: CancellationToken,
): Promise<FoldingRange[] | null> {
  const file = document.readFile();
  const ranges: FoldingRange[] = [];
  const pause = breathe(token);
  for (const stretch of file ? stretches(file, 'trajectory') : []) {
    for (const { startLine, endLine, ...rest } of folds(document, file!, stretch)) {
      ranges.push({
        startLine: startLine + stretch.line,
        endLine: endLine + stretch.line,
        ...rest,
      });
    }
    if (await pause()) return null;
  }
  return ranges;
}

const folds = perStretch((section, document) =>
  section.lines.starts.length > 2 || document.readFile()?.cut !== 'lines' ? foldsOf(section) : [],
);

function foldsOf(section: Section): FoldingRange[] {
  const { spans } = section.parsed;
  const longest = new Map<number, FoldingRange>();
  const add = (start: number, end: number, kind: string): void => {
    const startLine = section.lines.positionAt(start).line;
    const endLine = section.lines.positionAt(end).line;
    if (endLine <= startLine || (longest.get(startLine)?.endLine ?? -1) >= endLine) return;
    longest.set(startLine, { startLine, endLine, kind });
  };
  for (const one of trajectoriesOf(section)) {
    const first = spans[one.spans[0] ?? -1];
    const last = spans[one.spans[one.spans.length - 1] ?? -1];
    if (first && last) add(Math.min(one.start, first.start), last.end, 'trajectory');
    for (const { start, end } of one.steps) add(start, end, 'step');
  }
  for (const { start, end, kind } of spans) add(start, end, kind);
  return [...longest.values()].sort((a, b) => a.startLine - b.startLine);
}
