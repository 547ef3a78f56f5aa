import { spanText, type StoredRecord } from '@deepcoder/trajectory';
import {
  indexCompareRequest,
  indexRecordRequest,
  indexSimilarRequest,
  indexTextRequest,
} from '@deepcoder/server-protocol';
import type { Connection } from 'vscode-languageserver';
import { onCustomRequest } from '../lsp/onCustomRequest.ts';
import { SimilarityIndex } from './similarityIndex.ts';
import { compareRecords, withoutSame } from './compareRecords.ts';
import type { IndexedFile } from './fileIndexes.ts';
import { factsOf, rowOfRecord } from './recordRows.ts';
import { recordView } from './recordView.ts';

interface Records {
  get: (handle: number) => IndexedFile;
  read: (own: IndexedFile, record: number) => Promise<StoredRecord | null>;
  /** What a thread for search by meaning runs. */
  script: URL;
}

/** What is asked about single records of indexed files: their spans and texts, others beside them or like them. */
export function registerRecords(connection: Connection, { get, read, script }: Records): void {
  onCustomRequest(connection, indexRecordRequest, async ({ handle, record, maxCharacters }) => {
    const own = get(handle);
    const stored = await read(own, record);
    return stored && viewOf(own, stored, { record, maxCharacters });
  });
  onCustomRequest(connection, indexCompareRequest, async ({ left, right, maxCharacters }) => {
    const [a, b] = [get(left.handle), get(right.handle)] as const;
    const first = await read(a, left.record);
    const second = await read(b, right.record);
    if (!first || !second) return null;
    const steps = compareRecords(first, second);
    return {
      left: await viewOf(a, first, { ...left, maxCharacters, isTextOnly: true }),
      right: withoutSame(
        await viewOf(b, second, { ...right, maxCharacters, isTextOnly: true }),
        steps,
      ),
      steps,
    };
  });
  onCustomRequest(
    connection,
    indexTextRequest,
    async ({ handle, record, span, raw, from, length }) => {
      const stored = await read(get(handle), record);
      if (!stored) return { text: '', total: 0 };
      const { text, parsed } = stored;
      const at = parsed.spans[span];
      const whole = !at ? text : raw ? text.slice(at.start, at.end) : spanText(text, parsed, span);
      return { text: whole.slice(from, from + length), total: whole.length };
    },
  );
  onCustomRequest(connection, indexSimilarRequest, async ({ handle, query, record, limit }) => {
    const own = get(handle);
    const { path, options } = own;
    if (own.similarity?.hasFailed === true) own.similarity = null;
    own.similarity ??= new SimilarityIndex(script, { similarityOf: { path, options } });
    const { matches, progress } = await own.similarity.ask({
      query: query ?? null,
      record: record ?? null,
      limit,
    });
    const told = matches.map(({ record: found, alike }) => {
      const row = rowOfRecord(own, found);
      return { record: found, alike, id: row?.id ?? null, task: row?.facts?.task ?? null };
    });
    return { matches: told, ...progress };
  });
}

function viewOf(
  own: IndexedFile,
  stored: StoredRecord,
  of: { record: number; maxCharacters: number; isTextOnly?: boolean },
) {
  return recordView(stored, { ...of, file: own.path, facts: factsOf(own, of.record) });
}
