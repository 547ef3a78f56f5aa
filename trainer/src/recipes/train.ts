import { type Config, type ConfigYaml, DeepCoderError } from '@deepcoder/config';
import type { RunFingerprints } from '@deepcoder/trainer-protocol';
import { batches } from '../data/batches.ts';
import { createSampler } from '../data/sampler.ts';
import { learntTable } from '../data/learntTokens.ts';
import type { EnvironmentSource } from '../data/types.ts';
import { compareMakings, formatChange, type RunMakings } from '../run/compareRuns.ts';
import { checkpointFolder, restoreBest } from '../run/checkpointFolders.ts';
import { fingerprintText } from '../run/fingerprintText.ts';
import { openRun, type Run } from '../run/openRun.ts';
import { createRunFolder } from '../run/runFolder.ts';
import { createWeighting } from '../training/tokenWeights/weighting.ts';
import { type LoopState, firstState } from '../training/loopState.ts';
import { dataLines, prepareRun, type PreparedRun } from '../training/prepareRun.ts';
import { curriculumOrder } from '../training/curriculumOrder.ts';
import type { Progress } from '../run/progress.ts';
import { restoreRun } from '../training/runCheckpoint.ts';
import { type LoopEnd, trainLoop } from '../training/trainLoop.ts';
import type { LoopParts } from '../training/loopParts.ts';
import { type Models, NO_TEACHER, openModels } from '../training/openModels.ts';
import { openStudent, type Student } from '../student/openStudent.ts';
import { openDecoder } from '../inference/players.ts';
import { sampleOutput } from '../training/sampleOutput.ts';
import type { CachedDecoder } from '../inference/decoder.ts';
import type { Sample } from '../data/sample.ts';
import { openPlaying, type PlayAfter } from '../training/playing.ts';
import type { PlayRow } from '../eval/playGames.ts';
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
  /** Breaks off what comes before there is a run; from then on `Run.requestStop` does. */
  signal?: AbortSignal | undefined;
  /** To go on with a run instead of starting one. */
  resume?: ResumeRequest | undefined;
}

export interface ResumeRequest {
  folder: string;
  /** The checkpoint to go on from. */
  step: number;
  tokensSeen: number;
  makings: RunMakings;
  acceptChanges: boolean;
}

export interface Trained {
  folder: string;
  end: LoopEnd;
  state: LoopState;
  /** Who played at the end; nobody where the config names no environment. */
  players: readonly PlayRow[];
  /** Path of the report; null where it could not be written. */
  report: string | null;
}

/** One training run from data to report. */
export async function train(request: TrainRequest): Promise<Trained> {
  const { config, progress } = request;
  const prepared = await prepareRun(request);
  for (const line of dataLines(prepared.data.report, request.cwd)) progress.say(line);
  const fingerprints = fingerprintsOf(request, prepared);
  refuseChanges(request, fingerprints);
  const run = await open(request, prepared, fingerprints);
  request.onRun?.(run);
  for (const line of learntTable(prepared.data.report.learnt)) run.log(line);
  try {
    const opened = await openParts(request, prepared, run);
    const state = await startState(request, opened.parts);
    const { batch, data } = prepared;
    const ordered =
      config.data.order === 'curriculum'
        ? { ...batch, complexity: await curriculumOrder(opened.parts, data.train, batch) }
        : batch;
    const sampler = createSampler(data.train, {
      ...ordered,
      position: state.sampler,
      now: request.now,
    });
    const parts = { ...opened.parts, sampler };
    // Nothing is remembered before the first step, nor of a strategy that was changed since.
    if (state.weighting?.strategy === config.weights.strategy) {
      parts.weighting.restore(state.weighting);
    }
    const playing =
      config.eval.environment === null
        ? null
        : openPlaying(parts, {
            executor: opened.executor,
            untrained: () => openStudent(config, request.cwd),
            signal: run.stopSignal,
          });
    const { end, players } = await trainAndPlay(parts, state, playing);
    await run.end({ state: end });
    const report = await reportOf(run.folder, progress);
    return { folder: run.folder, end, state, players, report };
  } catch (error) {
    const { code = 'bug', message } = error as Partial<DeepCoderError> & Error;
    // The first error is the one to tell: on a full disk the run's state cannot be written either.
    await run.end({ state: 'failed', error: { code, message } }).catch(() => undefined);
    throw error;
  }
}

/** The run is over and its results are safe, so trouble with the report is only told. */
async function reportOf(folder: string, progress: Progress): Promise<string | null> {
  return writeReport(folder).catch((error: unknown) => {
    progress.say(
      `the report was not written: ${error instanceof Error ? error.message : String(error)}`,
    );
    return null;
  });
}

/** Games that are broken off by a stop are played anew when the run goes on. */
async function trainAndPlay(
  parts: LoopParts,
  state: LoopState,
  playing: PlayAfter | null,
): Promise<Pick<Trained, 'end' | 'players'>> {
  const unlessStopped = async <T>(work: Promise<T>): Promise<T | null> =>
    work.catch((error: unknown) => {
      if (parts.run.stopSignal.aborted) return null;
      throw error;
    });
  const end = await trainLoop(parts, state);
  if (end === 'stopped' || playing === null) return { end, players: [] };
  const players = await unlessStopped(playing(state));
  return players === null ? { end: 'stopped', players: [] } : { end, players };
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
      resume: {
        step: resume.step,
        tokensSeen: resume.tokensSeen,
        takeOver: resume.acceptChanges,
      },
    }),
  });
}

async function openParts(
  request: TrainRequest,
  { student, data, batch, schedule }: PreparedRun,
  run: Run,
): Promise<{ parts: Omit<LoopParts, 'sampler'>; executor: Executor }> {
  const { config, cwd, configText, progress, now } = request;
  const note = (text: string): void => {
    run.log(text);
    if (text === NO_TEACHER) progress.say(text);
  };
  const { threads } = run;
  const models = await openModels({ config, cwd, student, batch, threads, note });
  const parts = {
    config,
    configText,
    run,
    student,
    stepper: models.stepper,
    teacher: models.teacher,
    weighting: createWeighting(config.weights),
    samples: data.train,
    evalBatches: () => batches(data.eval, { ...batch, epoch: 0 }),
    evalSamples: data.eval,
    sampleOutput: sampleWriter(models, { config, student, samples: data.eval }),
    metrics: models.metrics,
    schedule,
    progress,
    now,
  };
  return { parts, executor: models.executor };
}

/** Writes on from the beginning of the first held-out sample. */
function sampleWriter(
  { executor, stepper }: Models,
  { config, student, samples }: { config: Config; student: Student; samples: readonly Sample[] },
): LoopParts['sampleOutput'] {
  const [sample] = samples;
  if (sample === undefined) return null;
  const { model, lora, tokenizer } = student;
  const loaded = { model, lora, state: stepper.trained, frozen: stepper.frozen };
  const open = (): CachedDecoder => openDecoder(executor, loaded, { rows: 1 });
  return () => sampleOutput(sample, { tokenizer, weights: config.weights, open });
}

async function startState(
  { config, resume }: TrainRequest,
  parts: Pick<LoopParts, 'student' | 'stepper' | 'run'>,
): Promise<LoopState> {
  if (resume === undefined) return firstState(config.train);
  const state = await restoreRun(checkpointFolder(resume.folder, resume.step), parts);
  if (state.best !== null) {
    parts.run.setBest(state.best);
    await restoreBest(resume.folder, state.best.step);
  }
  return state;
}
