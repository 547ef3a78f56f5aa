import path from 'node:path';
import { PRESETS } from '@deepcoder/config';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { URI } from 'vscode-uri';

/** Top-level keys that hardly anything else has. */
const OWN_KEYS = /^(student|teacher|weights|checkpoints|loss|train|data|eval|run|engine)\s*:/gm;
const NAMED = /(^|[./])deepcoder\.ya?ml$/i;
const IN_CONFIGS = /(^|\/)configs\/[^/]+\.ya?ml$/i;
const NAMES_A_BASE = /^extends\s*:\s*(\S+)/m;

/** Whether a document is a training config: by its name, or by what stands in it. */
export function isConfig(document: TextDocument): boolean {
  const { uri, languageId } = document;
  const name = URI.parse(uri).path;
  if (languageId !== 'yaml' && !/\.ya?ml$/i.test(name)) return false;
  if (NAMED.test(name)) return true;
  const text = document.getText();
  const base = NAMES_A_BASE.exec(text)?.[1]?.replace(/^['"]|['"]$/g, '');
  if (base !== undefined && (Object.hasOwn(PRESETS, base) || /\.ya?ml$/.test(base))) return true;
  const keys = new Set(text.match(OWN_KEYS)?.map((key) => key.trim()));
  return keys.size >= (IN_CONFIGS.test(name) ? 1 : 2);
}

/** Path of a document, also of one that is not on a disk yet. */
export function pathOf(uri: string): string {
  const parsed = URI.parse(uri);
  return parsed.scheme === 'file' ? parsed.fsPath : path.resolve(path.basename(parsed.path));
}
