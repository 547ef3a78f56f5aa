import { SIDECAR_SUFFIX } from '@deepcoder/trajectory';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Document } from '../encode/renderDocument.ts';
import type { Rejected } from '../types.ts';
import type { FileSource } from './findSources.ts';
import { readText } from './readText.ts';

/** Reads a file and the hand annotations beside it; what cannot be read is rejected by name. */
export async function readDocument(file: FileSource): Promise<Document | Rejected> {
  const { path, source, format, rules } = file;
  const read = await readText(path);
  if ('problem' in read) {
    return { source, record: source, code: 'unreadable', message: read.problem };
  }
  const annotations = await readFile(`${path}${SIDECAR_SUFFIX}`, 'utf8').catch(() => null);
  const text = read.text.replace(/^\ufeff/, '');
  return { source, id: null, text, fileName: basename(path), format, rules, annotations };
}
