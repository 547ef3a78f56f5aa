import path from 'node:path';
import { type Config, DeepCoderError } from '@deepcoder/config';
import { openCheckpoint } from '../checkpoint/openCheckpoint.ts';
import { openTokenizer } from '../data/openTokenizer.ts';
import type { Batch } from '../data/types.ts';
import type { Sample } from '../data/sample.ts';
import type { CompiledProgram, DeviceTensors, Executor } from '../engine/program.ts';
import { chunkFor } from '../losses/distillationLoss.ts';
import { isScheduled } from '../losses/temperature.ts';
import { checkpointFingerprint } from './checkpointFingerprint.ts';
import { openScoreCache, type ScoreCache, scoreKey } from './scoreCache.ts';
import { scoreProgram } from './scoreProgram.ts';
import type { ModelConfig } from '../model/modelConfig.ts';
import type { TeacherScores } from './scoreRecord.ts';
import { type IdSpaces, idSpaces } from '../tokenizer/idSpaces.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import { type BatchScores, decoderInputs } from './batchInputs.ts';
import { readParameters, type Student } from '../student/openStudent.ts';
import { uploaded } from '../engine/uploaded.ts';

/** The teacher of a run: scores for the targets of a batch, computed once and kept on disk. */
export interface TeacherScorer {
  k: number;
  hasTail: boolean;
  /** Whether its ids stand for the student's tokens. */
  sharesTokenizer: boolean;
  model: ModelConfig;
  /** The teacher's parameters, by name. */
  weights: DeviceTensors;
  /** Scores of a batch; samples without scores in the cache are scored first. */
  scores(batch: Batch, samples: readonly Sample[]): Promise<BatchScores>;
  /** Tokens scored by the teacher so far, and the time it took. */
  work(): { tokens: number; ms: number };
  flush(): Promise<void>;
}

export interface TeacherOptions {
  config: Config;
  cwd: string;
  executor: Executor;
  student: Pick<Student, 'model' | 'tokenizer'>;
  /** Told what the two vocabularies do not have in common. */
  note: (text: string) => void;
}

/** Opens the teacher; null where the config has none, or where the divergence has no part in the loss. */
export async function openTeacher(options: TeacherOptions): Promise<TeacherScorer | null> {
  const { config, cwd, student, executor } = options;
  if (config.teacher.type === 'none' || config.teacher.model === null) return null;
  const folder = path.resolve(cwd, config.teacher.model);
  const checkpoint = await openCheckpoint(folder);
  const shared = await sharedIds(folder, student.tokenizer);
  const { size: vocabSize, unknown: leftOut } = shared;
  const k = Math.min(config.teacher.topK, vocabSize - leftOut.length);
  const rows = { teacher: checkpoint.config.vocabSize, student: student.model.vocabSize };
  for (const line of paddingLines(rows, shared)) options.note(line);
  // A schedule softens the scores as it goes.
  const temperature = isScheduled(config.loss.temperature) ? 1 : config.loss.temperature.value;
  const cache = await openScoreCache({
    dir: path.resolve(cwd, config.teacher.cache),
    teacher: { name: config.teacher.model, fingerprint: await checkpointFingerprint(folder) },
    tokenizer: { name: student.tokenizer.files.place, fingerprint: student.tokenizer.fingerprint },
    vocabSize,
    k,
    temperature,
  });
  const weights = uploaded(executor, await readParameters(checkpoint));
  const programs = new Map<string, CompiledProgram>();
  const work = { tokens: 0, ms: 0 };

  async function programFor({ rows, length, targets }: Batch): Promise<CompiledProgram> {
    const positions = targets.index.length;
    const key = [rows, length, positions].join();
    const known = programs.get(key);
    if (known !== undefined) return known;
    const chunk = chunkFor(vocabSize, positions);
    const shape = { rows, length, positions, chunk };
    const setup = { model: checkpoint.config, ...shape, k, temperature, vocabSize, leftOut };
    const program = scoreProgram(setup);
    const made = await executor.compile(program, weights, { cacheKey: JSON.stringify(setup) });
    programs.set(key, made);
    return made;
  }

  async function scoreBatch(batch: Batch, missing: readonly SampleRows[]): Promise<void> {
    const began = performance.now();
    const program = await programFor(batch);
    const inputs = { ...decoderInputs(batch), index: batch.targets.index };
    const result = await program.run({}, inputs);
    for (const { key, first, count } of missing)
      await cache.write(key, rowsOf(result, { first, count, k }));
    work.ms += performance.now() - began;
    work.tokens += batch.ids.length;
  }

  return {
    k,
    // Of what only the student has rows for, the teacher says that it never comes.
    hasTail: k < student.model.vocabSize,
    sharesTokenizer: shared.isShared,
    model: checkpoint.config,
    weights,
    work: () => work,
    flush: () => cache.flush(),
    async scores(batch, samples) {
      const groups = sampleRows(batch, samples);
      const missing = groups.filter(({ key }) => !cache.has(key));
      if (missing.length > 0) await scoreBatch(batch, missing);
      return readScores(cache, groups, { slots: batch.targets.index.length, k });
    },
  };
}

/** The consecutive target slots of one sample. */
interface SampleRows {
  key: string;
  first: number;
  count: number;
}

function sampleRows({ targets }: Batch, samples: readonly Sample[]): SampleRows[] {
  const groups: SampleRows[] = [];
  let first = 0;
  while (first < targets.count) {
    const item = targets.sample[first]!;
    let end = first;
    while (end < targets.count && targets.sample[end] === item) end++;
    const offsets = targets.offset.slice(first, end);
    groups.push({ key: scoreKey(samples[item]!.ids, offsets), first, count: end - first });
    first = end;
  }
  return groups;
}

function rowsOf(
  result: Record<string, ArrayLike<number>>,
  { first, count, k }: { first: number; count: number; k: number },
): TeacherScores {
  const part = (name: string, width: number): ArrayLike<number> =>
    (result[name] as Float32Array).subarray(first * width, (first + count) * width);
  return {
    ids: Uint32Array.from(part('ids', k)),
    logps: Float32Array.from(part('logps', k)),
    tailLogp: Float32Array.from(part('tail', 1)),
  };
}

async function readScores(
  cache: ScoreCache,
  groups: readonly SampleRows[],
  { slots, k }: { slots: number; k: number },
): Promise<BatchScores> {
  const scores: BatchScores = {
    ids: new Int32Array(slots * k),
    logps: new Float32Array(slots * k),
    tail: new Float32Array(slots),
  };
  for (const { key, first } of groups) {
    const { ids, logps, tailLogp } = await cache.read(key);
    scores.ids.set(ids, first * k);
    scores.logps.set(logps, first * k);
    scores.tail.set(tailLogp, first);
  }
  const filled = groups.reduce((sum, { count }) => sum + count, 0);
  // Padding has weight 0, but its tokens must differ within a row as all others do.
  for (let at = filled * k; at < scores.ids.length; at++) scores.ids[at] = at % k;
  return scores;
}

/**
 * Scores speak of token ids, so teacher and student must mean the same by them.
 *
 * @throws DeepCoderError where they do not: what a teacher of another id space says is not understood yet
 */
export async function sharedIds(
  folder: string,
  tokenizer: Tokenizer,
): Promise<Extract<IdSpaces, { isShared: true }>> {
  const spaces = idSpaces(tokenizer, await openTokenizer(folder));
  if (spaces.isShared) return spaces;
  throw new DeepCoderError(
    'tokenizer-misfit',
    `teacher ${folder}: its tokenizer is not the student's (${tokenizer.files.place}), so its scores mean other tokens: ${spaces.why}; take a teacher and a student that share a tokenizer`,
    { exitCode: 3 },
  );
}

/** What the heads have beyond the tokens that both know. */
export function paddingLines(
  rows: { teacher: number; student: number },
  { size, unknown }: { size: number; unknown: readonly number[] },
): string[] {
  const tokens = size - unknown.length;
  const [teachers, students] = [rows.teacher - tokens, rows.student - tokens];
  const lines: string[] = [];
  if (teachers > 0)
    lines.push(
      `teacher: ${teachers} of its ${rows.teacher} rows are no token of the student and are left out`,
    );
  if (students > 0)
    lines.push(
      `student: ${students} of its ${rows.student} rows are no token (padding); to the teacher they never come`,
    );
  return lines;
}
