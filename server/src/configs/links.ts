import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { isScalar } from 'yaml';
import { URI } from 'vscode-uri';
import { allEntries, type Entry, type Place } from './yamlPlaces.ts';

/** A value that names a file that is there. */
export interface FileLink {
  place: Place;
  target: string;
}

const FROM_CWD = /^(data\.(train|eval)\.\d+|tokenizer|student\.model|teacher\.(model|tokenizer))$/;

/** The base of a config starts from its own folder, all else from where training is started. */
export function fileLinks(
  entries: readonly Entry[],
  { file, cwd }: { file: string; cwd: string },
): FileLink[] {
  return allEntries(entries).flatMap(({ path: at, value, node }) => {
    if (value === null || !isScalar(node) || typeof node.value !== 'string') return [];
    const dotted = at.join('.');
    const from = dotted === 'extends' ? path.dirname(file) : FROM_CWD.test(dotted) ? cwd : null;
    if (from === null) return [];
    const target = fileAt(path.resolve(from, node.value));
    return target === null ? [] : [{ place: value, target: URI.file(target).toString() }];
  });
}

/** A folder is a checkpoint or tokenizer: its config says what it is. */
function fileAt(place: string): string | null {
  if (!existsSync(place)) return null;
  if (!statSync(place).isDirectory()) return place;
  const inside = ['config.json', 'tokenizer.json'].map((name) => path.join(place, name));
  return inside.find((file) => existsSync(file)) ?? null;
}
