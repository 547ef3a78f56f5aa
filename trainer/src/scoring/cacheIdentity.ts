import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';

import { checkpointError } from '../checkpoint/checkpointError.ts';
import { systemCode } from '../disk/systemCode.ts';
import { atomicWrite } from '../disk/atomicWrite.ts';
import type { Named } from './tokenScorer.ts';

/** What all scores of one cache folder have in common. */
export interface CacheIdentity {
  teacher: Named;
  tokenizer: Named;
  vocabSize: number;
  /** What two equal requests of a server differed by when the cache was made, in nats. */
  noiseNats?: number | undefined;
}

/**
 * Claims a cache folder for a teacher and a tokenizer: writes `cache.json` where there is none, else
 * throws a DeepCoderError that names what differs.
 */
export async function claimCache(folder: string, wanted: CacheIdentity): Promise<void> {
  const file = path.join(folder, 'cache.json');
  const found = await readIdentity(file);
  if (found === null) {
    await atomicWrite(file, JSON.stringify({ version: VERSION, ...wanted }, null, 2) + '\n');
    return;
  }
  const difference = differenceOf(found, wanted);
  if (difference === null) return;
  throw checkpointError(
    difference.code,
    `score cache ${folder}: ${difference.text}; name another folder in teacher.cache or delete this one`,
  );
}

/** The tokenizer that a cache was made with, as a fingerprint; null where there is no cache yet. */
export async function cachedTokenizer(folder: string): Promise<string | null> {
  const identity = await readIdentity(path.join(folder, 'cache.json'));
  return identity === null ? null : identity.tokenizer.fingerprint;
}

const VERSION = 1;

const named = z.object({ name: z.string(), fingerprint: z.string() });
const identityJson = z.object({
  version: z.literal(VERSION),
  teacher: named,
  tokenizer: named,
  vocabSize: z.int().positive(),
  noiseNats: z.number().nonnegative().optional(),
});

async function readIdentity(file: string): Promise<CacheIdentity | null> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  }
  try {
    return identityJson.parse(JSON.parse(text));
  } catch (error) {
    throw checkpointError(
      'score-cache-corrupt',
      `score cache ${file}: is damaged or of another version; delete the folder, its samples are then scored again`,
      error,
    );
  }
}

function differenceOf(
  found: CacheIdentity,
  wanted: CacheIdentity,
): { code: string; text: string } | null {
  for (const role of ['teacher', 'tokenizer'] as const) {
    if (found[role].fingerprint === wanted[role].fingerprint) continue;
    const code = `score-cache-${role}`;
    if (found[role].name !== wanted[role].name) {
      return {
        code,
        text: `was made with the ${role} ${said(found[role])}, not ${said(wanted[role])}`,
      };
    }
    const was = found[role].fingerprint.slice(0, 12);
    return { code, text: `the ${role} ${said(wanted[role])} has changed since, it was ${was}` };
  }
  if (found.vocabSize === wanted.vocabSize) return null;
  return {
    code: 'score-cache-teacher',
    text: `was made with a vocabulary of ${found.vocabSize}, not ${wanted.vocabSize}`,
  };
}

function said({ name, fingerprint }: Named): string {
  return `"${name}" (${fingerprint.slice(0, 12)})`;
}
