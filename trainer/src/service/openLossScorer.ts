import { setImmediate as othersTurn } from 'node:timers/promises';
import { type Config, DeepCoderError } from '@deepcoder/config';
import {
  type CompiledProgram,
  type DeviceTensors,
  type Executor,
  type HostArray,
  type RunOptions,
  zeros,
} from '../engine/program.ts';
import { cacheSpecs } from '../inference/decodeProgram.ts';
import { tokenLossProgram, underTeacher } from '../inference/tokenLossProgram.ts';
import { chunkFor } from '../losses/distillationLoss.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import { openRunExecutor } from '../training/openModels.ts';
import { openRunStudent, type RunStudentOptions } from '../training/openRunStudent.ts';
import { decodeModel, type LoadedModel } from '../inference/players.ts';
import { loadTeacher, openTeacherCheckpoint, sharedIds } from '../scoring/teacherCheckpoint.ts';
import { uploaded } from '../engine/uploaded.ts';

/** How well a text is foretold; entry t speaks of its token t, and entry 0 of nothing. */
export interface TextLosses {
  /** Of the student, in nats. */
  loss: Float32Array;
  /** The student's likeliest token in that place. */
  likeliest: Int32Array;
  /** Overlap of the student's and the teacher's distributions, in [0, 1]; null without a teacher. */
  agreement: Float32Array | null;
}

/** The student of a run, and its teacher where it has one here, kept with an executor. */
export interface LossScorer {
  tokenizer: Tokenizer;
  /** Why there is no teacher though the run has one; null where there is nothing to say. */
  teacherTrouble: { code: string; message: string } | null;
  /** One text at a time; in pieces, so that other work can go on between. */
  score(ids: readonly number[], signal: AbortSignal): Promise<TextLosses>;
  dispose(): Promise<void>;
}

/** Tokens that are run at once: a second or so of a small model's time. */
const CHUNK = 128;
/** Tokens that caches have room for; each has a program of its own. */
const CONTEXTS = [512, 2048, 8192, 32_768];

/** Opens a run's checkpoint for measuring texts token by token, in what its training computes in. */
export async function openLossScorer(options: RunStudentOptions): Promise<LossScorer> {
  const { config } = options;
  const { model, lora, parameters, tokenizer } = await openRunStudent(options);
  const { threads } = config.engine;
  const executor = await openRunExecutor({ config, threads, note: () => undefined });
  const student = { model, lora, state: {}, frozen: uploaded(executor, parameters) };
  const { teacher, trouble } = await openRunTeacher(executor, { ...options, tokenizer });
  const runner = createRunner(executor, { student, teacher, config });
  return {
    tokenizer,
    teacherTrouble: trouble,
    score: (ids, signal) => score(runner, ids, signal),
    dispose: () => runner.dispose(),
  };
}

interface OpenedTeacher {
  teacher: LoadedModel | null;
  trouble: LossScorer['teacherTrouble'];
}

const OTHER_TOKENS = {
  code: 'tokenizer-misfit',
  message: 'the teacher has tokens of its own, and losses are compared token by token',
};

/** A teacher that is gone, or means other tokens, takes the comparison away and not the losses. */
async function openRunTeacher(
  executor: Executor,
  { config, cwd, tokenizer }: RunStudentOptions & { tokenizer: Tokenizer },
): Promise<OpenedTeacher> {
  try {
    const teacher = await openTeacherCheckpoint(config, cwd);
    if (teacher === null) return { teacher: null, trouble: null };
    if (config.teacher.align === 'bytes') return { teacher: null, trouble: OTHER_TOKENS };
    await sharedIds(teacher.folder, tokenizer);
    return { teacher: await loadTeacher(executor, teacher), trouble: null };
  } catch (error) {
    if (!(error instanceof DeepCoderError)) throw error;
    return { teacher: null, trouble: { code: error.code, message: error.message } };
  }
}

interface Runner {
  hasTeacher: boolean;
  /** A program with room for so many tokens, and its caches. */
  room(tokens: number): Promise<Room>;
  dispose(): Promise<void>;
}

interface Room {
  context: number;
  run: (
    inputs: Record<string, HostArray>,
    options: RunOptions,
  ) => Promise<Record<string, HostArray>>;
}

interface RunnerModels {
  student: LoadedModel;
  teacher: LoadedModel | null;
  config: Config;
}

function createRunner(executor: Executor, { student, teacher, config }: RunnerModels): Runner {
  const constants = { ...student.frozen, ...(teacher && underTeacher(teacher.frozen)) };
  const programs = new Map<number, CompiledProgram>();
  let caches: { context: number; tensors: DeviceTensors } | null = null;

  async function programFor(context: number): Promise<CompiledProgram> {
    const known = programs.get(context);
    if (known !== undefined) return known;
    const shape = { chunk: CHUNK, context, head: chunkFor(student.model.vocabSize, CHUNK) };
    const models = { student: decodeModel(student), teacher: teacher && decodeModel(teacher) };
    const { precision } = config.train;
    const cacheKey = JSON.stringify([student.model, student.lora, teacher?.model ?? null, shape]);
    const program = tokenLossProgram({ ...models, ...shape });
    const made = await executor.compile(program, constants, { cacheKey, precision });
    programs.set(context, made);
    return made;
  }

  /** What an earlier text left in them is never seen: a token sees only what was written since. */
  function cachesFor(context: number): DeviceTensors {
    if (caches?.context === context) return caches.tensors;
    dropCaches();
    const shape = { rows: 1, context };
    const specs = {
      ...cacheSpecs(student.model, shape),
      ...(teacher && underTeacher(cacheSpecs(teacher.model, shape))),
    };
    const tensors = Object.fromEntries(
      Object.entries(specs).map(([name, spec]) => [name, executor.tensor(zeros(spec))]),
    );
    caches = { context, tensors };
    return tensors;
  }

  function dropCaches(): void {
    for (const tensor of Object.values(caches?.tensors ?? {})) tensor.dispose();
    caches = null;
  }

  return {
    hasTeacher: teacher !== null,
    async room(tokens) {
      const most = CONTEXTS.at(-1)!;
      const context = CONTEXTS.find((one) => one >= tokens) ?? Math.ceil(tokens / most) * most;
      const program = await programFor(context);
      const tensors = cachesFor(context);
      return { context, run: (inputs, options) => program.run(tensors, inputs, options) };
    },
    async dispose() {
      for (const program of programs.values()) await program.dispose();
      dropCaches();
      for (const tensor of Object.values(constants)) tensor.dispose();
    },
  };
}

async function score(
  runner: Runner,
  ids: readonly number[],
  signal: AbortSignal,
): Promise<TextLosses> {
  signal.throwIfAborted();
  const losses: TextLosses = {
    loss: new Float32Array(ids.length),
    likeliest: new Int32Array(ids.length),
    agreement: runner.hasTeacher ? new Float32Array(ids.length) : null,
  };
  // Nothing is foretold by the last token.
  const steps = ids.length - 1;
  if (steps <= 0) return losses;
  const { context, run } = await runner.room(steps);
  for (let from = 0; from < steps; from += CHUNK) {
    const count = Math.min(CHUNK, steps - from);
    // A short run ends before anybody else had a turn.
    if (from > 0) await othersTurn();
    const result = await run(chunkInputs(ids, { from, count, context }), { signal });
    const take = (name: string): never => result[name]!.subarray(0, count) as never;
    losses.loss.set(take('loss'), from + 1);
    losses.likeliest.set(take('likeliest'), from + 1);
    losses.agreement?.set(take('agreement'), from + 1);
  }
  return losses;
}

function chunkInputs(
  ids: readonly number[],
  { from, count, context }: Record<'from' | 'count' | 'context', number>,
): Record<'ids' | 'positions' | 'labels', Int32Array> {
  const column = (fill: number, value: (at: number) => number): Int32Array =>
    new Int32Array(CHUNK).fill(fill).map((none, at) => (at < count ? value(from + at) : none));
  return {
    ids: column(0, (at) => ids[at]!),
    positions: column(context, (at) => at),
    labels: column(0, (at) => ids[at + 1]!),
  };
}
