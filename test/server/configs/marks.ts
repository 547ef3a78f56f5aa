import { TextDocument } from 'vscode-languageserver-textdocument';
import { analyse, type Analysis } from '../../../server/src/configs/analyse.ts';

/** Path of the config in the tables. */
const FILE = '/project/deepcoder.yaml';

/** What a config needs beside the lines of a row. */
export const BASE = 'data: {train: [a.jsonl]}\nstudent: {model: m}\n';

/** Splits a text at the cursor `‸`. */
export function cursorIn(marked: string): { text: string; offset: number } {
  const offset = marked.indexOf('‸');
  return { text: marked.replace('‸', ''), offset };
}

export function analysed(
  text: string,
  { files = {}, env = {} }: { files?: Record<string, string>; env?: Record<string, string> } = {},
): Promise<Analysis> {
  const readText = (file: string): string => {
    const found = files[file];
    if (found === undefined) throw new Error('ENOENT');
    return found;
  };
  return analyse({ path: FILE, text, readText, env });
}

/** `severity code "where"` of each problem, in the order of the text. */
export function shown({ problems, text }: Analysis): string[] {
  return [...problems]
    .sort((a, b) => a.start - b.start)
    .map(({ severity, code, start, end }) => `${severity} ${code} "${text.slice(start, end)}"`);
}

/** The text after the first fix with this title. */
export function fixed({ problems, text }: Analysis, title: string): string {
  const fix = problems.flatMap(({ fixes = [] }) => fixes).find((one) => one.title === title);
  if (fix === undefined) {
    const titles = problems.flatMap(({ fixes = [] }) => fixes.map((one) => one.title));
    throw new Error(`no such fix; there are ${titles.join(', ')}`);
  }
  return [...fix.edits]
    .sort((a, b) => b.start - a.start)
    .reduce((now, edit) => now.slice(0, edit.start) + edit.text + now.slice(edit.end), text);
}

export function documentOf(text: string): TextDocument {
  return TextDocument.create(`file://${FILE}`, 'yaml', 1, text);
}
