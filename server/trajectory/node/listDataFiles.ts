import { stat } from 'node:fs/promises';
import path from 'node:path';
import { NOT_DATA } from '../src/index.ts';

export interface DataFiles {
  /** What the pattern is on this disk. */
  is: 'file' | 'folder' | 'glob' | 'missing';
  /** Absolute, in a fixed order. */
  files: string[];
}

/** The files that a pattern of `data.train` or `data.eval` selects: those of which `isDataFile` is true. */
export async function listDataFiles(pattern: string, cwd: string): Promise<DataFiles> {
  const named = path.resolve(cwd, pattern);
  const kind = await stat(named).catch(() => null);
  if (kind?.isFile() === true) return { is: 'file', files: [named] };
  // Not before it is needed: it would take a tenth of the language server's start.
  const { glob, isDynamicPattern } = await import('tinyglobby');
  const list = async (globs: string, folder: string): Promise<string[]> => {
    const found = await glob(globs, { cwd: folder, ignore: NOT_DATA, absolute: true });
    return found.map((file) => path.resolve(file)).sort();
  };
  if (kind?.isDirectory() === true) return { is: 'folder', files: await list('**/*', named) };
  if (!isDynamicPattern(pattern)) return { is: 'missing', files: [] };
  return { is: 'glob', files: await list(pattern.split(path.sep).join('/'), cwd) };
}
