import type { Config } from '@deepcoder/config';
import { encodeContext } from '../data/encode/encodeContext.ts';
import type { Sample } from '../data/sample.ts';
import type { Executor } from '../engine/program.ts';
import type { LoadedModel } from '../inference/players.ts';
import { softensInTraining } from '../losses/temperature.ts';
import type { Student } from '../student/openStudent.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import { alignedScorer } from './aligned/alignedScorer.ts';
import { teacherTokenizer } from './aligned/teacherTokenizer.ts';
import { tokenTranslation } from './aligned/tokenTranslation.ts';
import { checkpointFingerprint } from './checkpointFingerprint.ts';
import { checkpointScorer, type ScoreShape } from './checkpointScorer.ts';
import { openServedTeacher } from './served/openServed.ts';
import {
  loadTeacher,
  openTeacherCheckpoint,
  paddingLines,
  sharedIds,
  type TeacherCheckpoint,
} from './teacherCheckpoint.ts';
import type { TokenScorer } from './tokenScorer.ts';

export interface ScorerOptions {
  config: Config;
  cwd: string;
  executor: Executor;
  student: Pick<Student, 'model' | 'tokenizer'>;
  /** All that will be scored. */
  samples: readonly Sample[];
  shape: ScoreShape;
  /** Told what the two vocabularies do not have in common, and what a server says of itself. */
  note: (text: string) => void;
  signal?: AbortSignal | undefined;
}

/** A scorer of the student's tokens, with what is known of the teacher behind it. */
export interface OpenedScorer {
  scorer: TokenScorer;
  /** One above the highest id in its scores. */
  vocabSize: number;
  player: LoadedModel | null;
  runsHere: boolean;
  /** Tokens that it reads at most. */
  maxLength: number;
  /** What two equal requests differ by, in nats; none for a model that runs here. */
  noiseNats?: number | undefined;
}

/** Opens what scores the student's tokens; null where a config names nothing that does. */
export async function openScorer(options: ScorerOptions): Promise<OpenedScorer | null> {
  const own = await teacherTokenizer(options.config, options.cwd);
  const opened = await openInItsTokens(options, own);
  return opened === null || own === null ? opened : aligned(opened, own, options);
}

/** The teacher as it is, in the student's tokens or in its own. */
async function openInItsTokens(
  options: ScorerOptions,
  own: Tokenizer | null,
): Promise<OpenedScorer | null> {
  const { config, cwd, student, note, signal } = options;
  const local = await openTeacherCheckpoint(config, cwd);
  if (local !== null) {
    return own === null ? openLocal(local, options) : openOther(local, own, options);
  }
  const tokenizer = own ?? student.tokenizer;
  const served = await openServedTeacher({ config, cwd, tokenizer, signal });
  if (served === null) return null;
  for (const line of served.notes) note(line);
  const { scorer, noiseNats, facts } = served;
  const { vocabSize } = tokenizer;
  // Servers want room for one token more than they are given.
  const maxLength = (facts.contextLength ?? Infinity) - 1;
  return { scorer, vocabSize, noiseNats, player: null, runsHere: false, maxLength };
}

async function openLocal(
  local: TeacherCheckpoint,
  { config, executor, student, shape, note }: ScorerOptions,
): Promise<OpenedScorer> {
  const { folder, checkpoint } = local;
  const shared = await sharedIds(folder, student.tokenizer);
  const { size: vocabSize, unknown: leftOut } = shared;
  const rows = { teacher: checkpoint.config.vocabSize, student: student.model.vocabSize };
  for (const line of paddingLines(rows, shared)) note(line);
  const teacher = await loadTeacher(executor, local);
  const scorer = checkpointScorer({
    executor,
    teacher,
    shape,
    identity: await identityOf(folder, config),
    k: Math.min(config.teacher.topK, vocabSize - leftOut.length),
    temperature: softensInTraining(config) ? 1 : config.loss.temperature.value,
    vocabSize,
    leftOut,
  });
  return { scorer, vocabSize, player: teacher, runsHere: true, maxLength: shape.length };
}

/** A teacher that reads what the student learns in tokens of its own. It does not play: games are told in the student's. */
async function openOther(
  local: TeacherCheckpoint,
  own: Tokenizer,
  { config, executor, shape, samples }: ScorerOptions,
): Promise<OpenedScorer> {
  const { folder, checkpoint } = local;
  const length = Math.min(longestReading(samples), checkpoint.config.maxPositionEmbeddings);
  const { vocabSize } = own;
  const scorer = checkpointScorer({
    executor,
    teacher: await loadTeacher(executor, local),
    // Its numbers of tokens are not those that the student's batches have been fitted to.
    shape: { rows: shape.rows, length },
    identity: await identityOf(folder, config),
    k: Math.min(config.teacher.topK, vocabSize),
    temperature: 1,
    vocabSize,
    leftOut: unusedIds(own),
  });
  return { scorer, vocabSize, player: null, runsHere: true, maxLength: length };
}

async function identityOf(folder: string, { teacher }: Config): Promise<TokenScorer['identity']> {
  return { name: teacher.model ?? folder, fingerprint: await checkpointFingerprint(folder) };
}

function longestReading(samples: readonly Sample[]): number {
  return samples.reduce(
    (most, { readings = [] }) =>
      readings.reduce((longest, { ids }) => Math.max(longest, ids.length), most),
    1,
  );
}

function unusedIds({ vocabSize, tokenOf }: Tokenizer): number[] {
  return Array.from({ length: vocabSize }, (_, id) => id).filter((id) => tokenOf(id) === null);
}

/** The same in tokens of the student. */
function aligned(
  opened: OpenedScorer,
  own: Tokenizer,
  { config: { data, weights }, student: { tokenizer }, samples, note }: ScorerOptions,
): OpenedScorer {
  const { maxLength } = opened;
  const now = (): number => performance.now();
  const context = encodeContext(tokenizer, { settings: data, weights, now, teacherTokenizer: own });
  const translation = tokenTranslation(tokenizer, own, context.teacher!.ends);
  const long = samples.filter(({ readings }) =>
    readings?.some(({ ids }) => ids.length > maxLength),
  ).length;
  if (long > 0) {
    note(
      `teacher: ${long} samples are longer than the ${maxLength} tokens that it reads; what it says of them in longer texts is left out`,
    );
  }
  const scorer = alignedScorer(opened.scorer, { translation, maxLength });
  return { ...opened, scorer, vocabSize: tokenizer.vocabSize };
}
