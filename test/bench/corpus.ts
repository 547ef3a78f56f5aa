import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

export interface CorpusFile {
  path: string;
  /** Name of the folder that it is in. */
  format: string;
  text: string;
  bytes: number;
  /** What `JSON.parse` has to read: the whole, or each line; null where it is no JSON. */
  documents: string[] | null;
}

/** The files of `dev/<format>/` of a corpus. */
export function readCorpus(corpus: string): CorpusFile[] {
  const folder = path.join(corpus, 'dev');
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const file = path.join(entry.parentPath, entry.name);
      const buffer = readFileSync(file);
      const text = buffer.toString('utf8');
      const format = path.basename(entry.parentPath);
      return { path: file, format, text, bytes: buffer.length, documents: documentsOf(text) };
    });
}

function documentsOf(text: string): string[] | null {
  if (!/^\uFEFF?\s*[[{]/.test(text)) return null;
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return [[text], lines].find((documents) => documents.every(isJson)) ?? null;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
