import {
  FORMATS,
  indexFile,
  recordAt,
  SPAN_KINDS,
  type FileIndex,
  type ParseOptions,
  type StoredRecord,
} from '@deepcoder/trajectory';
import type { IndexState, KindCounts } from '@deepcoder/server-protocol';
import { openFile, type OpenFile } from './openFile.ts';

/** A file that is open in the inspector: its index is read while it is still growing. */
export interface IndexedFile {
  readonly handle: number;
  readonly uri: string;
  readonly path: string;
  readonly options: ParseOptions;
  readonly file: OpenFile;
  readonly index: FileIndex;
  readonly abort: AbortController;
  /** The last record that was read. */
  last: { record: number; stored: StoredRecord | null } | null;
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
    const index = await indexFile(file, { ...options, signal: AbortSignal.abort() });
    const handle = this.next;
    this.next += 1;
    const abort = new AbortController();
    const own: IndexedFile = { handle, uri, path, options, file, index, abort, last: null };
    this.open.set(handle, own);
    await this.firstPart(own);
    if (!index.complete) void this.rest(own);
    return stateOf(own);
  }

  get(handle: number): IndexedFile | null {
    return this.open.get(handle) ?? null;
  }

  async record(own: IndexedFile, record: number): Promise<StoredRecord | null> {
    if (own.last?.record === record) return own.last.stored;
    const stored = await recordAt(own.file, own.index, record);
    own.last = { record, stored };
    return stored;
  }

  async close(handle: number): Promise<void> {
    const own = this.open.get(handle);
    this.open.delete(handle);
    own?.abort.abort();
    await own?.file.close();
  }

  async closeAll(): Promise<void> {
    for (const handle of [...this.open.keys()]) await this.close(handle);
  }

  private async firstPart(own: IndexedFile): Promise<void> {
    const first = new AbortController();
    await indexFile(own.file, {
      resume: own.index,
      signal: first.signal,
      onProgress: () => {
        if (own.index.entries.records > 0) first.abort();
      },
    });
  }

  private async rest(own: IndexedFile): Promise<void> {
    let told = this.options.now();
    try {
      await indexFile(own.file, {
        resume: own.index,
        signal: own.abort.signal,
        onProgress: () => {
          if (this.options.now() - told < PROGRESS_MS || own.abort.signal.aborted) return;
          told = this.options.now();
          this.options.onProgress(stateOf(own));
        },
      });
      if (own.index.complete) this.options.onProgress(stateOf(own));
    } catch (error) {
      // The file was closed meanwhile, or is gone.
      if (!own.abort.signal.aborted) this.options.onError(error);
    }
  }
}

/** Summing kinds goes over all rows: done for small indexes and at the end. */
const SUMMED_ROWS = 10_000;

function stateOf({ handle, uri, file, index }: IndexedFile): IndexState {
  const { verdict, entries, bytes, complete } = index;
  const byKind = complete || entries.count <= SUMMED_ROWS ? sumKinds(index) : noKinds();
  return {
    handle,
    uri,
    format: verdict.format,
    title: FORMATS.find(({ id }) => id === verdict.format)?.title ?? 'Not a trajectory',
    reason: verdict.reason,
    size: file.size,
    bytes,
    records: entries.records,
    complete,
    byKind,
  };
}

function noKinds(): KindCounts {
  return Object.fromEntries(SPAN_KINDS.map((kind) => [kind, 0])) as KindCounts;
}

function sumKinds({ entries }: FileIndex): KindCounts {
  const sums = noKinds();
  for (let row = 0; row < entries.count; row += 1) {
    const counts = entries.kindCounts(row);
    for (const kind of SPAN_KINDS) sums[kind] += counts[kind];
  }
  return sums;
}
