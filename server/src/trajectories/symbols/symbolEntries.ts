import type { ParseOptions } from '@deepcoder/trajectory';
import type { Range } from 'vscode-languageserver';
import { URI } from 'vscode-uri';
import { preview, trajectoriesOf } from '../document/outline.ts';
import { rangeIn, sections } from '../document/section.ts';
import { TrackedDocument } from '../document/trackedDocument.ts';

/** A trajectory of a file, as workspace symbols show it. */
export interface SymbolEntry {
  /** The record's id; empty: it has none. */
  name: string;
  task: string;
  range: Range;
}

/** Whether to stop; awaited after each piece of work, it lets other requests in. */
export type Pause = () => boolean | Promise<boolean>;

const TASK_CHARACTERS = 200;

/** The trajectories of a text; null where `pause` says to stop. */
export async function symbolEntries(
  text: string,
  { file, options }: { file: string; options: ParseOptions },
  pause: Pause,
): Promise<SymbolEntry[] | null> {
  const uri = URI.file(file).toString();
  const document = new TrackedDocument(uri, '', { version: 0, text }, options);
  const entries: SymbolEntry[] = [];
  for (const section of sections(document)) {
    for (const one of trajectoriesOf(section)) {
      const { spans } = section.parsed;
      const first = one.spans.find((i) => spans[i]!.kind === 'task');
      const task = first === undefined ? '' : preview(section, first, TASK_CHARACTERS);
      const range = rangeIn(section, { start: one.start, end: one.start });
      entries.push({ name: one.id ?? '', task, range });
    }
    if (await pause()) return null;
  }
  return entries;
}
