import { createHash, randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import path from 'node:path';

import { atomicWrite } from '../disk/atomicWrite.ts';
import { checkpointError } from '../checkpoint/checkpointError.ts';
import { diskError } from '../disk/diskError.ts';
import { makeFolder } from '../disk/makeFolder.ts';
import { claimCache, type CacheIdentity } from './cacheIdentity.ts';
import { decodeScores, encodeScores, type TeacherScores } from './scoreRecord.ts';
import {
  encodeShard,
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
 * appear whole, so a program that dies loses at most what waited for the next shard: score what `has`
 * denies, and it goes on where it stopped. Several runs may fill one folder at once.
 */
export interface ScoreCache {
  /** Samples with scores. */
  readonly size: number;
  has(sampleId: string): boolean;
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
  const { teacher, tokenizer, vocabSize } = identity;
  const folder = path.join(dir, `k${k}-t${temperature}`);
  await makeFolder(folder).catch((error: unknown) => {
    throw diskError(`score cache ${folder}`, error);
  });
  await claimCache(dir, { teacher, tokenizer, vocabSize });
  const stored = await readIndexes(folder);
  const waiting = new Map<string, ShardRecord>();
  let waitingBytes = 0;
  let waitingSince = 0;
  let flushed = Promise.resolve();

  async function flush(): Promise<void> {
    // One after the other, so that a second caller does not return before the shard is on disk.
    flushed = flushed.catch(() => undefined).then(flushWaiting);
    await flushed;
  }

  async function flushWaiting(): Promise<void> {
    if (waiting.size === 0) return;
    const records = [...waiting.values()];
    const file = path.join(folder, newShardName());
    await atomicWrite(file, encodeShard(records));
    const entries = (await readShardIndex(file)) ?? [];
    for (const entry of entries) stored.set(entry.id, { file, entry });
    for (const record of records) {
      // Not one that was replaced while the shard was written.
      if (waiting.get(record.id) !== record) continue;
      waiting.delete(record.id);
      waitingBytes -= record.bytes.length;
    }
  }

  return {
    get size() {
      return new Set([...stored.keys(), ...waiting.keys()]).size;
    },
    has: (sampleId) => waiting.has(sampleId) || stored.has(sampleId),
    async write(sampleId, scores) {
      const bytes = encodeScores(scores, { k, vocabSize });
      if (waiting.size === 0) waitingSince = performance.now();
      waitingBytes += bytes.length - (waiting.get(sampleId)?.bytes.length ?? 0);
      waiting.set(sampleId, { id: sampleId, rows: scores.tailLogp.length, bytes });
      const late = performance.now() - waitingSince >= shardAfterMs;
      if (waitingBytes >= shardBytes || late) await flush();
    },
    async read(sampleId) {
      const record = waiting.get(sampleId) ?? (await readStored(stored, sampleId));
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

/** In order of time, so that the last scores of a sample win; random, so that two runs never meet. */
function newShardName(): string {
  return `${Date.now().toString(36).padStart(9, '0')}-${randomBytes(6).toString('hex')}${SHARD_END}`;
}

interface Stored {
  file: string;
  entry: ShardEntry;
}

async function readIndexes(folder: string): Promise<Map<string, Stored>> {
  const stored = new Map<string, Stored>();
  const names = await readdir(folder);
  for (const name of names.filter((shard) => shard.endsWith(SHARD_END)).sort()) {
    const file = path.join(folder, name);
    for (const entry of (await readShardIndex(file)) ?? []) stored.set(entry.id, { file, entry });
  }
  return stored;
}

async function readStored(
  stored: Map<string, Stored>,
  sampleId: string,
): Promise<{ rows: number; bytes: Uint8Array }> {
  const place = stored.get(sampleId);
  const bytes = place === undefined ? null : await readShardRecord(place.file, place.entry);
  if (place !== undefined && bytes !== null) return { rows: place.entry.rows, bytes };
  stored.delete(sampleId);
  throw checkpointError(
    'score-cache-gone',
    `the score cache has no scores of sample "${sampleId}" (any more); resume the run, and they are made again`,
  );
}
