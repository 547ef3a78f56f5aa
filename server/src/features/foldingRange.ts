import type { CancellationToken, FoldingRange } from 'vscode-languageserver';
import type { TrackedDocument } from '../trackedDocument.ts';
import { breathe } from './breathe.ts';
import { trajectoriesOf } from './outline.ts';
import { sections, type Section } from './section.ts';

/** By trajectory, step and span, where these take several lines; of those that begin on one line the longest. */
export async function foldingRange(
  document: TrackedDocument,
  token: CancellationToken,
): Promise<FoldingRange[] | null> {
  const ranges: FoldingRange[] = [];
  const pause = breathe(token);
  for (const section of sections(document)) {
    if (section.lines.starts.length > 2 || document.file?.cut !== 'lines') {
      ranges.push(...foldsOf(section));
    }
    if (await pause()) return null;
  }
  return ranges;
}

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
