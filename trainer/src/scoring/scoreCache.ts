import { createHash, randomBytes } from 'node:crypto';
import { readdir, stat, unlink } from 'node:fs/promises';
import path from 'node:path';

import { type AppendFile, openAppendFile } from '../disk/appendFile.ts';
import { atomicWrite } from '../disk/atomicWrite.ts';
import { checkpointError } from '../checkpoint/checkpointError.ts';
import { diskError } from '../disk/diskError.ts';
import { makeFolder } from '../disk/makeFolder.ts';
import { claimCache, type CacheIdentity } from './cacheIdentity.ts';
import { decodeScores, encodeScores, type TeacherScores } from './scoreRecord.ts';
import {
  encodeShard,
  readJournal,
  readShardIndex,
  readShardRecord,
  type ShardEntry,
  type ShardRecord,
} from './scoreShard.ts';

export interface ScoreCacheOptions extends CacheIdentity {
  dir: string;
  /** Tokens kept for each position. */
  k: number;
  temperature: number;
  /** Records wait in memory until there is so much of them, or the first has waited so long. */
  shardBytes?: number;
  shardAfterMs?: number;
}

/**
 * The teacher's scores by sample, kept on disk. A folder belongs to one teacher and one tokenizer (an
 * other is refused by name) and has a part for each k and temperature. Scores are written in shards that
 * appear whole; what waits for the next shard is in a journal, so a program that dies loses nothing that
 * it had written: score what `has` denies, and it goes on where it stopped. Several runs may fill one
 * folder at once.
 */
export interface ScoreCache {
  /** Samples with scores. */
  readonly size: number;
  has(sampleId: string): boolean;
  /** Takes note of what others have written since. */
  refresh(): Promise<void>;
  /** `sampleId` must change with the text: see `scoreKey`. Scores of the same id are replaced. */
  write(sampleId: string, scores: TeacherScores): Promise<void>;
  /** Throws a RangeError when there are none, a DeepCoderError when the shard is damaged. */
  read(sampleId: string): Promise<TeacherScores>;
  /** Writes what waits. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

export async function openScoreCache({
  dir,
  k,
  temperature,
  shardBytes = 8 << 20,
  shardAfterMs = 30_000,
  ...identity
}: ScoreCacheOptions): Promise<ScoreCache> {
  const { vocabSize } = identity;
  const folder = path.join(dir, `k${k}-t${temperature}`);
  await makeFolder(folder).catch((error: unknown) => {
    throw diskError(`score cache ${folder}`, error);
  });
  await claimCache(dir, identity);
  const stored = new Map<string, Stored>();
  const sizes = new Map<string, number>();
  await readIndexes(folder, { stored, sizes });
  let refreshing: Promise<void> | null = null;
  const waiting = new Map<string, ShardRecord>();
  let waitingBytes = 0;
  let waitingSince = 0;
  let flushed = Promise.resolve();
  let journal: Journal | null = null;

  async function flush(): Promise<void> {
    // One after the other, so that a second caller does not return before the shard is on disk.
    flushed = flushed.catch(() => undefined).then(flushWaiting);
    await flushed;
  }

  async function flushWaiting(): Promise<void> {
    if (waiting.size === 0) return;
    const records = [...waiting.values()];
    const written = journal;
    // What comes while the shard is written goes into the next journal.
    journal = null;
    const file = path.join(folder, newName(SHARD_END));
    await atomicWrite(file, encodeShard(records));
    const entries = (await readShardIndex(file)) ?? [];
    for (const entry of entries) stored.set(entry.id, { file, entry });
    for (const record of records) {
      // Not one that was replaced while the shard was written.
      if (waiting.get(record.id) !== record) continue;
      waiting.delete(record.id);
      waitingBytes -= record.bytes.length;
    }
    written?.close();
    if (written !== null) await unlink(written.path);
  }

  return {
    get size() {
      return new Set([...stored.keys(), ...waiting.keys()]).size;
    },
    refresh: () =>
      (refreshing ??= readIndexes(folder, { stored, sizes }).finally(() => (refreshing = null))),
    has: (sampleId) => waiting.has(sampleId) || stored.has(sampleId),
    async write(sampleId, scores) {
      const bytes = encodeScores(scores, { k, vocabSize });
      if (waiting.size === 0) waitingSince = performance.now();
      waitingBytes += bytes.length - (waiting.get(sampleId)?.bytes.length ?? 0);
      const record = { id: sampleId, rows: scores.tailLogp.length, bytes };
      waiting.set(sampleId, record);
      journal ??= openJournal(folder);
      journal.append(encodeShard([record]));
      const late = performance.now() - waitingSince >= shardAfterMs;
      if (waitingBytes >= shardBytes || late) await flush();
    },
    async read(sampleId) {
      const record = waiting.get(sampleId) ?? (await readStored(folder, stored, sampleId));
      return decodeScores(record.bytes, { rows: record.rows, k });
    },
    flush,
    close: flush,
  };
}

/** A sample id that changes with the text: a hash of the token ids and of what else decides the rows. */
export function scoreKey(...parts: (Int32Array | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  return hash.digest('hex').slice(0, 32);
}

const SHARD_END = '.scores';
const JOURNAL_END = '.journal';

/** In order of time, so that the last scores of a sample win; random, so that two runs never meet. */
function newName(end: string): string {
  return `${Date.now().toString(36).padStart(9, '0')}-${randomBytes(6).toString('hex')}${end}`;
}

interface Journal extends AppendFile {
  path: string;
}

function openJournal(folder: string): Journal {
  const file = path.join(folder, newName(JOURNAL_END));
  return { ...openAppendFile(file, 'ax'), path: file };
}

interface Stored {
  file: string;
  entry: ShardEntry;
}

/** Reads the files that are new or have grown since their sizes were noted. */
async function readIndexes(
  folder: string,
  { stored, sizes }: { stored: Map<string, Stored>; sizes: Map<string, number> },
): Promise<void> {
  for (const name of (await readdir(folder)).sort()) {
    const file = path.join(folder, name);
    const { size = 0 } = (await stat(file).catch(() => null)) ?? {};
    if (sizes.get(name) === size) continue;
    sizes.set(name, size);
    const entries = name.endsWith(SHARD_END)
      ? ((await readShardIndex(file)) ?? [])
      : name.endsWith(JOURNAL_END)
        ? await readJournal(file)
        : [];
    for (const entry of entries) stored.set(entry.id, { file, entry });
  }
}

async function readStored(
  folder: string,
  stored: Map<string, Stored>,
  sampleId: string,
): Promise<{ rows: number; bytes: Uint8Array }> {
  const place = stored.get(sampleId);
  const found = place && (await readPlace(place));
  if (found != null) return found;
  // Another run may have put its journal into a shard meanwhile.
  const now = new Map<string, Stored>();
  await readIndexes(folder, { stored: now, sizes: new Map() });
  const moved = now.get(sampleId);
  const again = moved && (await readPlace(moved));
  if (moved !== undefined && again != null) {
    stored.set(sampleId, moved);
    return again;
  }
  stored.delete(sampleId);
  throw checkpointError(
    'score-cache-gone',
    `the score cache has no scores of sample "${sampleId}" (any more); resume the run, and they are made again`,
  );
}

async function readPlace({
  file,
  entry,
}: Stored): Promise<{ rows: number; bytes: Uint8Array } | null> {
  const bytes = await readShardRecord(file, entry);
  return bytes === null ? null : { rows: entry.rows, bytes };
}
