import {
  FORMATS,
  indexFile,
  NOT_A_TRAJECTORY,
  recordAt,
  type ByteReader,
  type FileIndex,
  type ParseOptions,
  type StoredRecord,
} from '@deepcoder/trajectory';
import type { IndexState, KindCounts } from '@deepcoder/server-protocol';
import { SPAN_KINDS } from '@deepcoder/vocabulary';
import type { ChosenRows } from './chosenRows.ts';
import type { SimilarityIndex } from './similarityIndex.ts';
import { openFile, type OpenFile } from './openFile.ts';

/** A file that is open in the inspector: its index is read while it is still growing. */
export interface IndexedFile {
  readonly handle: number;
  readonly uri: string;
  readonly path: string;
  readonly options: ParseOptions;
  readonly file: OpenFile;
  /** The file, or each file of an archive; their records follow each other. */
  readonly parts: readonly IndexedPart[];
  readonly abort: AbortController;
  /** The last record that was read. */
  last: { record: number; stored: StoredRecord | null } | null;
  /** The rows that a list of it shows. */
  chosen: ChosenRows | null;
  /** For search by meaning, once that was wanted. */
  similarity: SimilarityIndex | null;
  /** Indexing has ended before the file's end. */
  isBroken: boolean;
}

export interface IndexedPart {
  readonly name: string | null;
  readonly reader: ByteReader;
  readonly index: FileIndex;
}

/** The part that a record of the file is in, and its number there; null where there is none. */
export function partOf(
  { parts }: IndexedFile,
  record: number,
): { part: IndexedPart; record: number } | null {
  let first = 0;
  for (const part of parts) {
    const { records } = part.index.entries;
    if (record < first + records) return { part, record: record - first };
    first += records;
  }
  return null;
}

export function recordsOf({ parts }: IndexedFile): number {
  return parts.reduce((sum, { index }) => sum + index.entries.records, 0);
}

function isComplete({ parts }: IndexedFile): boolean {
  return parts.every(({ index }) => index.complete);
}

/** Whether more records may come. */
export function isGrowing(own: IndexedFile): boolean {
  return !isComplete(own) && !own.isBroken && !own.abort.signal.aborted;
}

const PROGRESS_MS = 100;

/** The files that clients have open, by handle. */
export class FileIndexes {
  private readonly open = new Map<number, IndexedFile>();
  private next = 1;

  constructor(
    private readonly options: {
      now: () => number;
      onProgress: (state: IndexState) => void;
      onError: (error: unknown) => void;
    },
  ) {}

  /** Answers when the first records are there; the rest is indexed on and told by `onProgress`. */
  async add(uri: string, path: string, options: ParseOptions): Promise<IndexState> {
    const file = await openFile(path);
    // Aborted before it begins: only what detection needs is read.
    const signal = AbortSignal.abort();
    const parts: IndexedPart[] = [];
    for (const { name, fileName, reader } of file.parts) {
      const own = name === null ? options : { ...options, fileName };
      parts.push({ name, reader, index: await indexFile(reader, { ...own, signal }) });
    }
    const handle = this.next;
    this.next += 1;
    const abort = new AbortController();
    const known = { handle, uri, path, options, file, parts };
    const own: IndexedFile = {
      ...known,
      abort,
      last: null,
      chosen: null,
      similarity: null,
      isBroken: false,
    };
    this.open.set(handle, own);
    await this.firstPart(own);
    if (!isComplete(own)) void this.rest(own);
    return stateOf(own);
  }

  get(handle: number): IndexedFile | null {
    return this.open.get(handle) ?? null;
  }

  async record(own: IndexedFile, record: number): Promise<StoredRecord | null> {
    if (own.last?.record === record) return own.last.stored;
    const place = partOf(own, record);
    const stored = place && (await recordAt(place.part.reader, place.part.index, place.record));
    own.last = { record, stored };
    return stored;
  }

  async close(handle: number): Promise<void> {
    const own = this.open.get(handle);
    this.open.delete(handle);
    own?.abort.abort();
    own?.similarity?.end();
    await own?.file.close();
  }

  async closeAll(): Promise<void> {
    for (const handle of [...this.open.keys()]) await this.close(handle);
  }

  /** Until the first record is there; a part without one is followed by the next. */
  private async firstPart(own: IndexedFile): Promise<void> {
    for (const { reader, index } of own.parts) {
      const first = new AbortController();
      await indexFile(reader, {
        resume: index,
        signal: first.signal,
        onProgress: () => {
          if (index.entries.records > 0) first.abort();
        },
      });
      if (index.entries.records > 0) return;
    }
  }

  private async rest(own: IndexedFile): Promise<void> {
    let told = this.options.now();
    const { signal } = own.abort;
    try {
      for (const { reader, index } of own.parts) {
        if (index.complete) continue;
        await indexFile(reader, {
          resume: index,
          signal,
          onProgress: () => {
            if (this.options.now() - told < PROGRESS_MS || signal.aborted) return;
            told = this.options.now();
            this.options.onProgress(stateOf(own));
          },
        });
        if (signal.aborted) return;
      }
      if (isComplete(own)) this.options.onProgress(stateOf(own));
    } catch (error) {
      own.isBroken = true;
      // The file was closed meanwhile, or is gone.
      if (!signal.aborted) this.options.onError(error);
    }
  }
}

/** Summing kinds goes over all rows: done for small indexes and at the end. */
const SUMMED_ROWS = 10_000;

function stateOf(own: IndexedFile): IndexState {
  const { handle, uri, parts } = own;
  const complete = isComplete(own);
  const rows = parts.reduce((sum, { index }) => sum + index.entries.count, 0);
  const known = parts.filter(({ index }) => index.verdict.format !== NOT_A_TRAJECTORY);
  const shown = known.length > 0 ? known : parts;
  const formats = [...new Set(shown.map(({ index }) => index.verdict.format))];
  const titles = formats.map((format) => FORMATS.find(({ id }) => id === format)?.title);
  return {
    handle,
    uri,
    format: formats[0]!,
    title: titles.map((title) => title ?? 'Not a trajectory').join(', '),
    reason: shown[0]!.index.verdict.reason,
    size: parts.reduce((sum, { reader }) => sum + reader.size, 0),
    bytes: parts.reduce((sum, { index }) => sum + index.bytes, 0),
    records: recordsOf(own),
    complete,
    byKind: complete || rows <= SUMMED_ROWS ? sumKinds(parts) : noKinds(),
  };
}

function noKinds(): KindCounts {
  return Object.fromEntries(SPAN_KINDS.map((kind) => [kind, 0])) as KindCounts;
}

function sumKinds(parts: readonly IndexedPart[]): KindCounts {
  const sums = noKinds();
  for (const { index } of parts) {
    for (let row = 0; row < index.entries.count; row += 1) {
      const counts = index.entries.kindCounts(row);
      for (const kind of SPAN_KINDS) sums[kind] += counts[kind];
    }
  }
  return sums;
}
