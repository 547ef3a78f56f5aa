import { SIDECAR_SUFFIX } from '@deepcoder/trajectory';
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Document } from '../encode/renderDocument.ts';
import type { Rejected } from '../types.ts';
import type { FileSource } from './findSources.ts';

/** Strings of JavaScript hold about 2^29 characters. */
const MOST_BYTES = 500_000_000;

/** Reads a file and the hand annotations beside it; what cannot be read is rejected by name. */
export async function readDocument(file: FileSource): Promise<Document | Rejected> {
  const { path, source, format, rules } = file;
  const rejected = (message: string): Rejected => ({
    ...{ source, record: source },
    ...{ code: 'unreadable', message },
  });
  try {
    const { size } = await stat(path);
    if (size > MOST_BYTES) {
      return rejected(`it has ${Math.round(size / 1e6)} MB, at most 500 are read; cut it up`);
    }
    const bytes = await readFile(path);
    if (bytes.subarray(0, 4096).includes(0)) return rejected('it is binary');
    const annotations = await readFile(`${path}${SIDECAR_SUFFIX}`, 'utf8').catch(() => null);
    const text = bytes.toString('utf8').replace(/^\ufeff/, '');
    return { source, id: null, text, fileName: basename(path), format, rules, annotations };
  } catch (cause) {
    return rejected(cause instanceof Error ? cause.message : String(cause));
  }
}
