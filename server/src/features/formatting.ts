import { compactRecord, isLabelled, renumber } from '@deepcoder/trajectory';
import type { CancellationToken, Range, TextEdit } from 'vscode-languageserver';
import type { TrackedDocument } from '../trackedDocument.ts';
import { breathe } from './breathe.ts';
import { rangeIn, sections } from './section.ts';

/** JSON lines: each record without space between its values. Labelled text: step numbers anew. */
export async function formatting(
  document: TrackedDocument,
  range: Range | null,
  token: CancellationToken,
): Promise<TextEdit[] | null> {
  const { file } = document;
  if (!file || (file.cut === 'whole' && file.verdict.format !== 'react_text')) return null;
  const from = range ? document.offsetAt(range.start) : 0;
  const to = range ? document.offsetAt(range.end) : Infinity;
  const edits: TextEdit[] = [];
  const pause = breathe(token);
  for (const section of sections(document, { from, to })) {
    const { text, parsed } = section;
    if (isLabelled(parsed)) {
      for (const one of renumber(text, parsed)) {
        edits.push({ range: rangeIn(section, one), newText: one.newText });
      }
    } else if (file.cut === 'lines') {
      const { starts } = section.lines;
      starts.forEach((start, line) => {
        const end = starts[line + 1] ?? text.length;
        for (const one of compactRecord(text.slice(start, end), 0) ?? []) {
          const moved = { start: one.start + start, end: one.end + start };
          if (text.slice(moved.start, moved.end) === one.newText) continue;
          edits.push({ range: rangeIn(section, moved), newText: one.newText });
        }
      });
    }
    if (await pause()) return null;
  }
  return edits;
}
