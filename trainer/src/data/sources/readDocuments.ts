import { SIDECAR_SUFFIX } from '@deepcoder/trajectory';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Document } from '../encode/renderDocument.ts';
import type { Rejected } from '../types.ts';
import type { FileSource } from './findSources.ts';
import { textName, textsOf } from './readTexts.ts';

/**
 * Reads a file and the hand annotations beside it; of an archive each file in it. What cannot be read is
 * rejected by name.
 */
export async function* readDocuments(file: FileSource): AsyncGenerator<Document | Rejected> {
  const { path, format, rules } = file;
  const annotations = await readFile(`${path}${SIDECAR_SUFFIX}`, 'utf8').catch(() => null);
  for await (const read of textsOf(path)) {
    const source = textName(file.source, read);
    if ('refused' in read) {
      yield { source, record: source, code: 'unreadable', message: read.refused };
      continue;
    }
    const { name, fileName, text, problems } = read;
    const own = name === null ? annotations : null;
    const folder = name === null ? dirname(path) : null;
    yield { source, id: null, text, folder, problems, fileName, format, rules, annotations: own };
  }
}
