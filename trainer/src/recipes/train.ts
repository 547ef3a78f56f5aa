import { type Config, type ConfigYaml, DeepCoderError } from '@deepcoder/config';
import type { RunFingerprints } from '@deepcoder/trainer-protocol';
import { batches } from '../data/batches.ts';
import { createSampler } from '../data/sampler.ts';
import type { EnvironmentSource } from '../data/types.ts';
import { openExecutor } from '../engine/openExecutor.ts';
import { forwardKl } from '../losses/forwardKl.ts';
import { compareMakings, formatChange, type RunMakings } from '../run/compareRuns.ts';
import { checkpointFolder } from '../run/checkpointFolders.ts';
import { fingerprintText } from '../run/fingerprintText.ts';
import { openRun, type Run } from '../run/openRun.ts';
import { createRunFolder } from '../run/runFolder.ts';
import { createWeighting } from '../weights/weighting.ts';
import { type LoopState, firstState } from './loopState.ts';
import { dataLines, prepareRun, type PreparedRun } from './prepareRun.ts';
import type { Progress } from './progress.ts';
import { restoreRun } from './runCheckpoint.ts';
import { createStepper, type Stepper } from './stepper.ts';
import { openTeacher } from './teacherScores.ts';
import { type LoopEnd, type LoopParts, trainLoop } from './trainLoop.ts';
import { openPlaying } from './playing.ts';
import type { PlayedGames } from './playGames.ts';
import type { Executor } from '../engine/program.ts';
import { writeReport } from '../report/writeReport.ts';

export interface TrainRequest {
  config: Config;
  yaml: ConfigYaml;
  /** The resolved config, as the run folder keeps it. */
  configText: string;
  cwd: string;
  environments: Record<string, EnvironmentSource>;
  versions: Record<string, string>;
  gitCommit: string | null;
  progress: Progress;
  /** Milliseconds since 1970. */
  now: () => number;
  workers: number;
  /** Called once with the run, so that signals can reach it. */
  onRun?: (run: Run) => void;
  /** To go on with a run instead of starting one. */
  resume?: { folder: string; step: number; makings: RunMakings; acceptChanges: boolean };
}

export interface Trained {
  folder: string;
  end: LoopEnd;
  state: LoopState;
  /** Who played at the end; nobody where the config names no environment. */
  players: PlayedGames[];
  /** Path of the report. */
  report: string;
}

/** One training run from data to report. */
export async function train(request: TrainRequest): Promise<Trained> {
  const { config, progress } = request;
  const prepared = await prepareRun({ ...request, workers: request.workers });
  for (const line of dataLines(prepared.data.report, request.cwd)) progress.say(line);
  const fingerprints = fingerprintsOf(request, prepared);
  refuseChanges(request, fingerprints);
  const run = await open(request, prepared, fingerprints);
  request.onRun?.(run);
  try {
    const { parts, executor } = await openParts(request, prepared, run);
    const state = await startState(request, parts);
    parts.sampler = samplerFrom(request, prepared, state);
    parts.weighting.restore(state.weighting);
    const playing = config.eval.environment === null ? null : openPlaying(parts, executor);
    if (state.step === 0) await playing?.before();
    const end = await trainLoop(parts, state);
    const players = end === 'finished' ? ((await playing?.after(state)) ?? []) : [];
    await run.end({ state: end });
    const report = await writeReport(run.folder);
    return { folder: run.folder, end, state, players, report };
  } catch (error) {
    const { code = 'bug', message } = error as Partial<DeepCoderError> & Error;
    await run.end({ state: 'failed', error: { code, message } });
    throw error;
  }
}

function fingerprintsOf(request: TrainRequest, { data }: PreparedRun): RunFingerprints {
  return {
    config: fingerprintText(request.configText),
    data: [{ path: 'samples', sha256: data.report.fingerprint }],
  };
}

function refuseChanges(request: TrainRequest, fingerprints: RunFingerprints): void {
  const { resume, yaml, versions, gitCommit, progress } = request;
  if (resume === undefined) return;
  const after = { config: yaml, versions, gitCommit, fingerprints };
  const changes = compareMakings(resume.makings, after).map(formatChange);
  if (changes.length === 0) return;
  if (resume.acceptChanges) {
    for (const change of changes) progress.say(`changed since: ${change}`);
    return;
  }
  throw new DeepCoderError(
    'run/changed',
    `run ${resume.folder}: something has changed since it was started, so its numbers would not be those of one run:\n  ${changes.join('\n  ')}\nundo the changes, or resume with --accept-changes`,
    { exitCode: 3 },
  );
}

async function open(
  request: TrainRequest,
  { schedule }: PreparedRun,
  fingerprints: RunFingerprints,
): Promise<Run> {
  const { config, resume, configText, versions, gitCommit } = request;
  const clock = (): Date => new Date(request.now());
  const folder =
    resume?.folder ?? (await createRunFolder(config.run.dir, config.run.name, clock()));
  return openRun({
    folder,
    name: config.run.name,
    configText,
    seed: config.run.seed,
    versions,
    gitCommit,
    fingerprints,
    totalSteps: schedule.totalSteps,
    threads: config.engine.threads,
    tensorboard: config.log.tensorboard,
    clock,
    ...(resume && {
      resume: { step: resume.step, tokensSeen: 0, takeOver: resume.acceptChanges },
    }),
  });
}

async function openParts(
  request: TrainRequest,
  prepared: PreparedRun,
  run: Run,
): Promise<{ parts: LoopParts; executor: Executor }> {
  const { config, cwd, progress } = request;
  const { student, data, batch } = prepared;
  const { executor, reason } = await openExecutor({
    executor: config.engine.executor,
    provider: config.engine.provider,
    threads: run.threads,
    cacheDir: '.deepcoder/graphs',
  });
  run.log(`executor ${executor.name}: ${executor.description}; ${reason}`);
  const teacher = await openTeacher({ config, cwd, executor, student });
  if (teacher === null) {
    const text = 'no teacher: the student learns from the observed tokens only (hard labels, kd 0)';
    run.log(text);
    progress.say(text);
  }
  const kd = teacher === null ? 0 : config.loss.kd;
  const temperature = config.loss.temperature.value;
  const setup = {
    model: student.model,
    lora: student.lora,
    isTrained: student.isTrained,
    rows: batch.rows,
    length: batch.length,
    teacher: teacher && { k: teacher.k, hasTail: teacher.hasTail },
    kd,
    temperature,
    divergence: forwardKl,
    optimizer: config.train.optimizer,
  };
  const stepper = createStepper({ executor, student, setup, cacheKey: JSON.stringify(setup) });
  const power = forwardKl.temperaturePower;
  const parts: LoopParts = {
    config,
    run,
    student,
    stepper,
    teacher,
    weighting: createWeighting(config.weights),
    samples: data.train,
    sampler: samplerFrom(request, prepared, firstState()),
    evalBatches: () => batches(data.eval, { ...batch, epoch: 0 }),
    evalSamples: data.eval,
    sampleOutput: null,
    metrics: {
      hasTeacher: teacher !== null,
      positionLoss: (crossEntropy, divergence) =>
        (1 - kd) * crossEntropy + kd * temperature ** power * divergence,
    },
    schedule: prepared.schedule,
    progress,
    now: request.now,
  };
  return { parts, executor };
}

function samplerFrom(
  { now }: TrainRequest,
  { data, batch }: PreparedRun,
  { sampler }: LoopState,
): LoopParts['sampler'] {
  return createSampler(data.train, { ...batch, position: sampler, now });
}

async function startState(
  { resume }: TrainRequest,
  parts: { student: LoopParts['student']; stepper: Stepper },
): Promise<LoopState> {
  if (resume === undefined) return firstState();
  return restoreRun(checkpointFolder(resume.folder, resume.step), parts);
}
