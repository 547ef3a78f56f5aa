import {
  compactRecord,
  isLabelled,
  renumber,
  stretches,
  stretchText,
  type TrackedFile,
} from '@deepcoder/trajectory';
import type { CancellationToken, Range, TextEdit } from 'vscode-languageserver';
import { breathe } from '../../lsp/breathe.ts';
import { LineMap } from '../document/lineMap.ts';
import { rangeIn, sections } from '../document/section.ts';
import type { TrackedDocument } from '../document/trackedDocument.ts';

/** JSON lines: each record without space between its values. Labelled text: step numbers anew. */
export async function formatting(
  document: TrackedDocument,
  range: Range | null,
  token: CancellationToken,
): Promise<TextEdit[] | null> {
  const file = document.readFile();
  if (!file || (file.cut === 'whole' && file.verdict.format !== 'react_text')) return null;
  const from = range ? document.offsetAt(range.start) : 0;
  const to = range ? document.offsetAt(range.end) : Infinity;
  const edits: TextEdit[] = [];
  const pause = breathe(token);
  const found =
    file.cut === 'lines' ? compact(file, { from, to }) : renumbered(document, { from, to });
  for (const some of found) {
    for (const one of some) edits.push(one);
    if (await pause()) return null;
  }
  return edits;
}

interface Place {
  from: number;
  to: number;
}

/** Line by line: what a record says need not be known. */
function* compact(file: TrackedFile, place: Place): Iterable<TextEdit[]> {
  for (const stretch of stretches(file, 'turn', place)) {
    const text = stretchText(stretch);
    const lines = new LineMap(text, stretch.line);
    for (const [line, start] of lines.starts.entries()) {
      const end = lines.starts[line + 1] ?? text.length;
      const at = stretch.start + start;
      if (stretch.start + end <= place.from || (at >= place.to && at > place.from)) continue;
      yield (compactRecord(text.slice(start, end), 0) ?? []).flatMap((one) => {
        const moved = { start: one.start + start, end: one.end + start };
        if (text.slice(moved.start, moved.end) === one.newText) return [];
        return [{ range: rangeIn({ lines }, moved), newText: one.newText }];
      });
    }
  }
}

function* renumbered(document: TrackedDocument, place: Place): Iterable<TextEdit[]> {
  for (const section of sections(document, place)) {
    const { text, parsed } = section;
    if (!isLabelled(parsed)) continue;
    yield renumber(text, parsed).map((one) => ({
      range: rangeIn(section, one),
      newText: one.newText,
    }));
  }
}
