import { createHash } from 'node:crypto';
import { type Config, DeepCoderError, isScoreServer } from '@deepcoder/config';
import { modelPlace } from '../../hub/modelPlace.ts';
import type { Tokenizer } from '../../tokenizer/tokenizer.ts';
import { sharedIds } from '../teacherCheckpoint.ts';
import type { TokenScorer } from '../tokenScorer.ts';
import { startedAddress } from '../launched/startedAddress.ts';
import { preflight, type Preflight } from './preflight.ts';
import { scoreServer } from './openScoreServer.ts';
import type { ScoreServer } from './scoreServer.ts';
import { servedScorer } from './servedScorer.ts';

export interface ServedRequest {
  config: Config;
  cwd: string;
  /** The student's; the teacher's own where the two have different ones. */
  tokenizer: Tokenizer;
  signal?: AbortSignal | undefined;
}

/** A server that has passed its preflight. */
export interface ServedTeacher extends Preflight {
  scorer: TokenScorer;
}

/** The teacher of a config that is a server; null where it is none. */
export async function openServedTeacher(request: ServedRequest): Promise<ServedTeacher | null> {
  const { config, cwd, tokenizer, signal } = request;
  const server = await configuredServer(config, cwd);
  if (server === null) return null;
  const { tokenizer: named, align } = config.teacher;
  const shared =
    named === null || align === 'bytes'
      ? null
      : await sharedIds(await modelPlace(named, { cwd, need: 'tokenizer' }), tokenizer);
  const leftOut = shared?.unknown ?? [];
  const mask = tokenMask(tokenizer, leftOut);
  const k = Math.min(
    config.teacher.topK,
    mask.reduce((sum, one) => sum + one, 0),
  );
  const found = await preflight({ config, server, tokenizer, k, signal });
  const { concurrency, maxTokensInFlight } = config.teacher;
  const identity = { name: found.model, fingerprint: fingerprintOf(config, found, tokenizer) };
  const isToken = (id: number): boolean => mask[id] === 1;
  const scorer = servedScorer({ server, identity, k, concurrency, maxTokensInFlight, isToken });
  return { ...found, scorer };
}

/** The server of a config: where it says, or the one that was started for it. */
async function configuredServer(config: Config, cwd: string): Promise<ScoreServer | null> {
  const { type, url, apiKey, launch } = config.teacher;
  if (!isScoreServer(type)) return null;
  if (launch !== null) return scoreServer(config.teacher, await startedAddress(config, cwd));
  if (url === null) {
    throw new DeepCoderError('config/teacher', 'teacher.url: is missing', { exitCode: 2 });
  }
  return scoreServer(config.teacher, { url, apiKey });
}

/** 1 where an id is a token that both know. */
function tokenMask(tokenizer: Tokenizer, leftOut: readonly number[]): Uint8Array {
  const out = new Set(leftOut);
  return Uint8Array.from({ length: tokenizer.vocabSize }, (_, id) =>
    out.has(id) || tokenizer.tokenOf(id) === null ? 0 : 1,
  );
}

/** Changes with all that could change a score: server and model, their versions, and the vocabulary. */
function fingerprintOf(
  { teacher }: Config,
  { facts, model }: Preflight,
  tokenizer: Tokenizer,
): string {
  const parts = [teacher.type, facts.version, model, facts.weightVersion, tokenizer.fingerprint];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}
