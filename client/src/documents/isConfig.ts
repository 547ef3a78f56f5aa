import type { TextDocument } from 'vscode';

/** How far into a file its keys are looked for. */
const HEAD_LINES = 200;
const OUR_KEYS = /^(student|teacher|extends):/;

/** Whether a YAML file is a training config: by its name, or by keys that only such files have. */
export function isConfig(document: TextDocument): boolean {
  if (document.languageId !== 'yaml') return false;
  if (/(^|[/.])deepcoder\.ya?ml$/.test(document.uri.path)) return true;
  for (let line = 0; line < Math.min(HEAD_LINES, document.lineCount); line++) {
    if (OUR_KEYS.test(document.lineAt(line).text)) return true;
  }
  return false;
}
