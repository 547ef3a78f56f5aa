import { availableParallelism } from 'node:os';
import { type Config, DeepCoderError } from '@deepcoder/config';
import type { PlayRow, RunFingerprints } from '@deepcoder/trainer-protocol';
import { batches } from '../data/batches.ts';
import { isDealt } from '../data/deal.ts';
import { createSampler } from '../data/sampler.ts';
import { learntTable } from '../data/learntTokens.ts';
import { removeBest, removeLater, restoreBest } from '../run/checkpointFolders.ts';
import type { TrainRequest } from './trainRequest.ts';
import { fingerprintsOf, refuseChanges, refuseOtherExecutor } from './fingerprints.ts';
import { openRun, type Run } from '../run/openRun.ts';
import { followRun } from '../run/followRun.ts';
import { createRunFolder } from '../run/runFolder.ts';
import { createWeighting } from '../training/tokenWeights/weighting.ts';
import { type LoopState, firstState } from '../training/loopState.ts';
import { dataLines, prepareRun, type PreparedRun } from '../training/prepareRun.ts';
import { curriculumOrder } from '../training/curriculumOrder.ts';
import type { Progress } from '../run/progress.ts';
import { bestStep, restoreRun } from '../training/runCheckpoint.ts';
import { type LoopEnd, trainLoop, unlessStopped } from '../training/trainLoop.ts';
import type { LoopParts } from '../training/loopParts.ts';
import { type Models, NO_TEACHER, openModels } from '../training/openModels.ts';
import { ONE_RANK, type Ranks } from '../engine/collective/ranks.ts';
import { textOfFirst } from '../engine/collective/together.ts';
import { compareRanks } from './compareRanks.ts';
import { openStudent, type Student } from '../student/openStudent.ts';
import { openDecoder } from '../inference/players.ts';
import { pictureSource } from '../training/pictureSource.ts';
import { sampleOutput } from '../training/sampleOutput.ts';
import type { CachedDecoder } from '../inference/decoder.ts';
import type { Sample } from '../data/sample.ts';
import { openPlaying, type PlayAfter } from '../training/playing.ts';
import { openRollout, type Rollout, type RolloutOptions } from '../training/rollout/openRollout.ts';
import type { Executor } from '../engine/program.ts';
import { writeReport } from '../report/writeReport.ts';
import { attachReport, checkTrackers, openTrackers } from '../trackers/openTrackers.ts';
import { type Tracker, trackedRun } from '../trackers/tracker.ts';

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
  const { config, progress, ranks = ONE_RANK } = request;
  const { collective } = ranks;
  if (collective.rank === 0) checkTrackers(config, request.trackers.env);
  refuseOwnTurns(request);
  const prepared = await prepareRun({ ...request, rank: collective });
  for (const line of dataLines(prepared.data.report, request.cwd)) progress.say(line);
  const fingerprints = await fingerprintsOf(request, prepared);
  await compareRanks(ranks, { versions: request.versions, fingerprints });
  refuseChanges(request, fingerprints);
  const { run, trackers } = await open(request, prepared, fingerprints);
  await request.onRun?.(run);
  for (const line of learntTable(prepared.data.report.learnt)) run.log(line);
  let teacher: LoopParts['teacher'] = null;
  let rollout: Rollout | null = null;
  try {
    const opened = await openParts(request, prepared, run);
    ({ teacher, rollout } = opened.parts);
    refuseOtherExecutor(request, opened.executor);
    run.noteExecutor(opened.executor.build);
    const state = await startState(request, opened.parts);
    const { batch, deal, share, data } = prepared;
    const ordered =
      config.data.order === 'curriculum'
        ? { ...batch, complexity: await curriculumOrder(opened.parts, data.train, share) }
        : batch;
    const sampler = createSampler(data.train, {
      ...ordered,
      deal,
      position: state.sampler,
      now: request.now,
    });
    const parts = { ...opened.parts, sampler };
    parts.teacher?.scoreAhead(
      dealtInTurn(batches(data.train, { ...ordered, epoch: 0 }), collective),
      data.train,
    );
    // Nothing is remembered before the first step, nor of a strategy that was changed since.
    if (state.weighting?.strategy === config.weights.strategy) {
      parts.weighting.restore(state.weighting);
    }
    const playing =
      collective.rank > 0
        ? null
        : openPlaying(parts, {
            executor: opened.executor,
            cwd: request.cwd,
            untrained: () => openStudent(config, request.cwd),
            signal: run.stopSignal,
          });
    const { end, players } = await trainAndPlay(parts, state, playing);
    await rollout?.close();
    await parts.teacher?.close();
    await run.end({ state: end });
    const report = collective.rank > 0 ? null : await reportOf(run.folder, progress);
    await attachReport(trackers, report, progress.say);
    // The others leave when rank 0 has played and written.
    await collective.barrier();
    return { folder: run.folder, end, state, players, report };
  } catch (error) {
    const { code = 'bug', message } = error as Partial<DeepCoderError> & Error;
    // The first error is the one to tell: on a full disk the run's state cannot be written either.
    await run.end({ state: 'failed', error: { code, message } }).catch(() => undefined);
    await attachReport(trackers, null, progress.say);
    await rollout?.close().catch(() => undefined);
    await teacher?.close().catch(() => undefined);
    throw error;
  }
}

/** Games are played by one process, and what it learns from them is no share of a step. */
function refuseOwnTurns({ config, ranks = ONE_RANK }: TrainRequest): void {
  if (ranks.collective.size === 1 || config.train.rollout.share === 0) return;
  throw new DeepCoderError(
    'ranks-rollout',
    'train.rollout.share: a student learns from its own turns in one process only; set it to 0, or train without --ranks',
    { exitCode: 2 },
  );
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
  const end = await trainLoop(parts, state);
  if (end === 'stopped' || playing === null) return { end, players: [] };
  const players = await unlessStopped(parts.run.stopSignal, playing(state));
  return players === null ? { end: 'stopped', players: [] } : { end, players };
}

/** This rank's share of batches, counted from 0. */
function* dealtInTurn<T>(
  all: Iterable<T>,
  { rank, size }: Pick<Ranks['collective'], 'rank' | 'size'>,
): Generator<T> {
  let index = 0;
  for (const one of all) if (isDealt({ rank, ranks: size, parts: 1 }, index++)) yield one;
}

async function open(
  request: TrainRequest,
  { schedule }: PreparedRun,
  fingerprints: RunFingerprints,
): Promise<{ run: Run; trackers: readonly Tracker[] }> {
  const { config, resume, configText, versions, gitCommit, progress } = request;
  const { ranks = ONE_RANK } = request;
  const { collective, local } = ranks;
  const clock = (): Date => new Date(request.now());
  const own = async (): Promise<string> =>
    collective.rank > 0 ? '' : createRunFolder(config.run.dir, config.run.name, clock());
  const folder = resume?.folder ?? (await textOfFirst(collective, await own()));
  const threads = config.engine.threads || threadsOf(ranks);
  if (collective.rank > 0) {
    const follow = { folder, rank: collective.rank, threads, clock };
    return { run: await followRun(follow), trackers: [] };
  }
  const tracked = await trackedRun(folder, { configText, report: progress.say, now: request.now });
  const trackers = await openTrackers(config, tracked, request.trackers);
  const run = await openRun({
    folder,
    name: config.run.name,
    configText,
    seed: config.run.seed,
    versions,
    gitCommit,
    fingerprints,
    totalSteps: schedule.totalSteps,
    threads: local.size > 1 ? threads : config.engine.threads,
    tensorboard: config.log.tensorboard,
    onTrouble: progress.say,
    sinks: trackers,
    clock,
    ...(resume && {
      resume: {
        step: resume.step,
        tokensSeen: resume.tokensSeen,
        // As until now: the config may be edited in between.
        recordedEvery: resume.makings.config.log.every,
        takeOver: resume.acceptChanges,
      },
    }),
  });
  return { run, trackers };
}

/** The cores that this process may use, shared by the ranks of this machine. */
function threadsOf({ local }: Ranks): number {
  return Math.max(1, Math.floor(availableParallelism() / local.size));
}

async function openParts(
  request: TrainRequest,
  { student, data, share, schedule }: PreparedRun,
  run: Run,
): Promise<{ parts: Omit<LoopParts, 'sampler'>; executor: Executor }> {
  const { config, cwd, configText, progress, now, ranks = ONE_RANK } = request;
  const { collective } = ranks;
  const note = (text: string): void => {
    run.log(text);
    if (text === NO_TEACHER || text.startsWith('executor ')) progress.say(text);
  };
  const { threads } = run;
  const open = async (startedWith: string | null): Promise<Models> =>
    openModels({
      ...{ config, cwd, student, threads, note },
      batch: share,
      samples: [...data.train, ...data.eval],
      startedWith,
      collective,
    });
  const models = await openAlike(open, {
    collective,
    startedWith: request.resume?.makings.fingerprints.executor ?? null,
  });
  const parts = {
    config,
    configText,
    run,
    ranks,
    student,
    stepper: models.stepper,
    teacher: models.teacher,
    weighting: createWeighting(config.weights),
    samples: data.train,
    evalBatches: () => dealtInTurn(batches(data.eval, { ...share, epoch: 0 }), collective),
    evalSamples: data.eval,
    sampleOutput:
      collective.rank > 0 ? null : sampleWriter(models, { config, student, samples: data.eval }),
    rollout: rolloutOf(models, { config, cwd, student, batch: share }),
    metrics: models.metrics,
    schedule,
    progress,
    now,
  };
  return { parts, executor: models.executor };
}

/** Null without `train.rollout.share`; the config's checks see to a teacher that scores. */
function rolloutOf(
  { executor, stepper, teacher }: Models,
  given: Pick<RolloutOptions, 'config' | 'cwd' | 'student' | 'batch'>,
): Rollout | null {
  if (given.config.train.rollout.share === 0 || teacher === null) return null;
  return openRollout({ ...given, executor, stepper, teacher });
}

/** Rank 0 chooses what computes; the others take the same. */
async function openAlike(
  open: (startedWith: string | null) => Promise<Models>,
  { collective, startedWith }: { collective: Ranks['collective']; startedWith: string | null },
): Promise<Models> {
  const first = collective.rank === 0 ? await open(startedWith) : null;
  const build = await textOfFirst(collective, first?.executor.build ?? '');
  return first ?? open(build);
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
  const source = pictureSource(executor, student);
  const rest = { tokenizer, weights: config.weights, open };
  return () =>
    sampleOutput(sample, {
      ...rest,
      ...(source && { features: ({ shown }) => source.features(shown) }),
    });
}

async function startState(
  { config, resume, progress }: TrainRequest,
  parts: Pick<LoopParts, 'student' | 'stepper' | 'run' | 'ranks'>,
): Promise<LoopState> {
  if (resume === undefined) return firstState(config.train);
  const { run } = parts;
  const say = (text: string): void => {
    run.log(text);
    progress.say(text);
  };
  for (const fault of resume.damaged) say(`passed over: ${fault}`);
  say(`goes on from step ${resume.step}`);
  const state = await restoreRun(resume.checkpoint, parts);
  if (parts.ranks.collective.rank > 0) return state;
  if (state.best !== null) run.setBest(state.best);
  await removeLater(run.folder, resume.step);
  await matchBest(run, state, say);
  return state;
}

/** Makes `best/` what the state says: a kill may have come before it was written, or the run has gone back. */
async function matchBest(
  run: Run,
  { best }: LoopState,
  say: (text: string) => void,
): Promise<void> {
  if (best !== null && (await restoreBest(run.folder, best.step))) return;
  const kept = await bestStep(run.folder);
  if (kept !== null && kept === best?.step) return;
  if (kept !== null) say(`best/ is of step ${kept}, which is not the best so far, and is removed`);
  await removeBest(run.folder);
}
