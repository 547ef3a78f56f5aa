import { readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

import {
  openScoreCache,
  scoreKey,
  type ScoreCache,
  type ScoreCacheOptions,
} from '../../../trainer/src/scoring/scoreCache.ts';
import type { TeacherScores } from '../../../trainer/src/scoring/scoreRecord.ts';
import { canLimitFileSize, withFileSizeLimit } from '../../support/fileSizeLimit.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const K = 3;

function options(dir: string, changes: Partial<ScoreCacheOptions> = {}): ScoreCacheOptions {
  return {
    dir,
    teacher: { name: 'models/teacher', fingerprint: 'aaaabbbbccccdddd' },
    tokenizer: { name: 'models/teacher', fingerprint: '1111222233334444' },
    vocabSize: 100,
    k: K,
    temperature: 1,
    ...changes,
  };
}

/** Scores that differ by seed and row; the log-probabilities are exact in f16. */
function scores(seed: number, rows: number): TeacherScores {
  return {
    ids: Uint32Array.from({ length: rows * K }, (_, i) => (seed * 31 + i * 7) % 100),
    logps: Float32Array.from({ length: rows * K }, (_, i) => -((seed + i) % 50) / 8),
    tailLogp: Float32Array.from({ length: rows }, (_, i) => Math.fround(-1 / 3 - seed - i)),
  };
}

function shards(dir: string): string[] {
  const folder = path.join(dir, 'k3-t1');
  const names = readdirSync(folder).filter((name) => name.endsWith('.scores'));
  return names.map((name) => path.join(folder, name));
}

it('gives back what was written: from memory, from disk, and after it was opened again', async () => {
  const dir = temporaryFolder();
  const cache = await openScoreCache(options(dir));
  for (const [i, rows] of [1, 5, 0, 17].entries()) await cache.write(`s${i}`, scores(i, rows));
  await expectAll(cache);
  await cache.flush();
  await cache.write('s4', scores(4, 2));
  await expectAll(cache);
  await cache.close();
  const again = await openScoreCache(options(dir));
  await expectAll(again);
  expect(await again.read('s4')).toEqual(scores(4, 2));
  expect(again.size).toBe(5);
  expect(again.has('s5')).toBe(false);
  await expect(again.read('s5')).rejects.toThrow(/no scores of sample "s5"/);
});

async function expectAll(cache: ScoreCache): Promise<void> {
  for (const [i, rows] of [1, 5, 0, 17].entries()) {
    expect(cache.has(`s${i}`)).toBe(true);
    expect(await cache.read(`s${i}`)).toEqual(scores(i, rows));
  }
}

it('goes on where a program that died had stopped', async () => {
  const dir = temporaryFolder();
  // A record of 10 rows takes 220 bytes: every third one fills a shard. The last one is in the journal.
  const dying = await openScoreCache(options(dir, { shardBytes: 600 }));
  for (let i = 0; i < 7; i++) await dying.write(`s${i}`, scores(i, 10));
  expect(shards(dir)).toHaveLength(2);
  writeFileSync(path.join(dir, 'k3-t1', '.x.scores.7.0.tmp'), 'half a shard');
  const next = await openScoreCache(options(dir));
  for (let i = 0; i < 7; i++) expect(await next.read(`s${i}`)).toEqual(scores(i, 10));
});

it('loses at most the sample that was being written when the program died', async () => {
  const dir = temporaryFolder();
  const dying = await openScoreCache(options(dir));
  for (let i = 0; i < 3; i++) await dying.write(`s${i}`, scores(i, 10));
  const folder = path.join(dir, 'k3-t1');
  const journal = path.join(
    folder,
    readdirSync(folder).find((name) => name.endsWith('.journal'))!,
  );
  const whole = readFileSync(journal);
  const found: number[] = [];
  for (let size = 0; size <= whole.length; size += 7) {
    writeFileSync(journal, whole.subarray(0, size));
    const next = await openScoreCache(options(dir));
    found.push(next.size);
    for (let i = 0; i < next.size; i++) expect(await next.read(`s${i}`)).toEqual(scores(i, 10));
  }
  expect(found).toEqual([...found].sort());
  expect(found[0]).toBe(0);
  expect(found.at(-1)).toBeGreaterThanOrEqual(2);
});

it('finds scores that another run has meanwhile moved from its journal into a shard', async () => {
  const dir = temporaryFolder();
  const writer = await openScoreCache(options(dir));
  await writer.write('a', scores(1, 4));
  const reader = await openScoreCache(options(dir));
  await writer.close();
  expect(await reader.read('a')).toEqual(scores(1, 4));
  expect(readdirSync(path.join(dir, 'k3-t1'))).toHaveLength(1);
});

it('writes a shard also when the first record has waited long enough', async () => {
  const dir = temporaryFolder();
  const cache = await openScoreCache(options(dir, { shardAfterMs: 0 }));
  await cache.write('a', scores(1, 1));
  expect(shards(dir)).toHaveLength(1);
});

it('takes the last scores of a sample, whichever shard they are in', async () => {
  const dir = temporaryFolder();
  for (let i = 0; i < 5; i++) {
    const cache = await openScoreCache(options(dir));
    await cache.write('a', scores(i, i + 1));
    await cache.close();
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  const cache = await openScoreCache(options(dir));
  expect(await cache.read('a')).toEqual(scores(4, 5));
  expect(cache.size).toBe(1);
});

it('is filled by two runs at once', async () => {
  const dir = temporaryFolder();
  const [a, b] = await Promise.all([openScoreCache(options(dir)), openScoreCache(options(dir))]);
  await Promise.all([a.write('a', scores(1, 4)), b.write('b', scores(2, 4))]);
  await Promise.all([a.close(), b.close()]);
  const both = await openScoreCache(options(dir));
  expect(await both.read('a')).toEqual(scores(1, 4));
  expect(await both.read('b')).toEqual(scores(2, 4));
});

it('keeps k and temperatures apart in one folder', async () => {
  const dir = temporaryFolder();
  const cold = await openScoreCache(options(dir));
  await cold.write('a', scores(1, 2));
  await cold.close();
  expect((await openScoreCache(options(dir, { temperature: 2 }))).has('a')).toBe(false);
  expect((await openScoreCache(options(dir, { k: 4 }))).has('a')).toBe(false);
  expect((await openScoreCache(options(dir))).has('a')).toBe(true);
});

describe('a cache that is refused by name', () => {
  it.each([
    [
      { teacher: { name: 'models/other', fingerprint: 'eeeeffff00001111' } },
      'score-cache-teacher',
      /made with the teacher "models\/teacher" \(aaaabbbbcccc\), not "models\/other" \(eeeeffff0000\); name another folder in teacher.cache/,
    ],
    [
      { teacher: { name: 'models/teacher', fingerprint: 'eeeeffff00001111' } },
      'score-cache-teacher',
      /the teacher "models\/teacher" \(eeeeffff0000\) has changed since, it was aaaabbbbcccc/,
    ],
    [
      { tokenizer: { name: 'other.json', fingerprint: '9999' } },
      'score-cache-tokenizer',
      /made with the tokenizer "models\/teacher"/,
    ],
    [{ vocabSize: 101 }, 'score-cache-teacher', /a vocabulary of 100, not 101/],
  ])('for %j', async (changes, code, message) => {
    const dir = temporaryFolder();
    await openScoreCache(options(dir));
    const opening = openScoreCache(options(dir, changes));
    await expect(opening).rejects.toMatchObject({ name: 'DeepCoderError', code, exitCode: 3 });
    await expect(opening).rejects.toThrow(message);
  });

  it('but not for another name of the same teacher', async () => {
    const dir = temporaryFolder();
    await openScoreCache(options(dir));
    const teacher = { name: 'a copy', fingerprint: 'aaaabbbbccccdddd' };
    await expect(openScoreCache(options(dir, { teacher }))).resolves.toBeDefined();
  });
});

describe('a damaged shard', () => {
  it('is found in every byte of it', async () => {
    const dir = temporaryFolder();
    const cache = await openScoreCache(options(dir));
    await cache.write('a', scores(1, 1));
    await cache.write('b', scores(2, 2));
    await cache.close();
    const [file] = shards(dir) as [string];
    const whole = readFileSync(file);
    for (let at = 0; at < whole.length; at++) {
      const damaged = Buffer.from(whole);
      damaged[at]! ^= 1 << (at % 8);
      writeFileSync(file, damaged);
      await expectCorrupt(dir, file);
    }
  });

  it.each([0, 7, 15, 40, -1, -30])('is found when it is cut at byte %d', async (length) => {
    const dir = temporaryFolder();
    const cache = await openScoreCache(options(dir));
    await cache.write('a', scores(1, 3));
    await cache.close();
    const [file] = shards(dir) as [string];
    truncateSync(file, length < 0 ? readFileSync(file).length + length : length);
    await expectCorrupt(dir, file);
  });

  it('is cured by deleting it', async () => {
    const dir = temporaryFolder();
    const cache = await openScoreCache(options(dir, { shardBytes: 1 }));
    await cache.write('a', scores(1, 3));
    const [first] = shards(dir) as [string];
    await cache.write('b', scores(2, 3));
    rmSync(first);
    const again = await openScoreCache(options(dir));
    expect([again.has('a'), again.has('b')]).toEqual([false, true]);
    // Deleted under a running program: it is missed, then scored again.
    await expect(cache.read('a')).rejects.toThrow('no scores of sample');
    expect(cache.has('a')).toBe(false);
  });

  it('and a damaged cache.json say what to delete', async () => {
    const dir = temporaryFolder();
    await openScoreCache(options(dir));
    writeFileSync(path.join(dir, 'cache.json'), '{"version": 1, "teacher');
    await expect(openScoreCache(options(dir))).rejects.toMatchObject({
      code: 'score-cache-corrupt',
    });
  });
});

/** Either opening or reading one of the samples finds it, and names the file. */
async function expectCorrupt(dir: string, file: string): Promise<void> {
  const found = await (async () => {
    const cache = await openScoreCache(options(dir));
    await cache.read('a');
    await cache.read('b');
  })().catch((error: unknown) => error);
  expect(found).toMatchObject({ name: 'DeepCoderError', code: 'score-cache-corrupt', exitCode: 3 });
  expect((found as Error).message).toContain(file);
}

it('says that the disk is full and keeps what waits for another try', async ({ skip }) => {
  if (!canLimitFileSize()) skip('needs the program prlimit');
  const dir = temporaryFolder();
  const cache = await openScoreCache(options(dir));
  await cache.write('a', scores(1, 500));
  await withFileSizeLimit(4096, async () => {
    await expect(cache.flush()).rejects.toMatchObject({ code: 'run/disk-full' });
  });
  expect(shards(dir)).toEqual([]);
  await cache.close();
  expect(await (await openScoreCache(options(dir))).read('a')).toEqual(scores(1, 500));
});

it('makes keys that change with the ids and with where one part ends', () => {
  const keys = [
    scoreKey(Int32Array.of(1, 2)),
    scoreKey(Int32Array.of(2, 1)),
    scoreKey(Int32Array.of(1), Int32Array.of(2)),
    scoreKey(Int32Array.of(1, 2), Uint8Array.of()),
  ];
  expect(new Set(keys).size).toBe(4);
  expect(scoreKey(Int32Array.of(1, 2))).toBe(keys[0]);
});
