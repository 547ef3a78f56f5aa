import { own } from '@deepcoder/vocabulary';
import { type Config, DeepCoderError } from '@deepcoder/config';
import type { Batch } from '../data/types.ts';
import { random } from '../engine/random.ts';
import { isFault, nextLossScale } from './optim/lossScale.ts';
import { learningRateAt } from './optim/learningRate.ts';
import { fillFrom, saveBest, saveStepCheckpoint } from '../run/checkpointFolders.ts';
import { normalise, weightSum } from './tokenWeights/normalise.ts';
import { LossMetrics } from './lossMetrics.ts';
import { sumOver } from '../engine/collective/together.ts';
import { betweenSteps } from './betweenSteps.ts';
import { evaluate } from './evaluate.ts';
import { isBetter, type LoopState } from './loopState.ts';
import { startSpeed, stepValues, temperatureSum } from './stepMetrics.ts';
import { weighBatch } from './weighBatch.ts';
import { fillRunCheckpoint } from './runCheckpoint.ts';
import type { WeightedBatch } from '../scoring/batchInputs.ts';
import type { StepNumbers, StepResult } from './stepper.ts';
import type { LoopParts } from './loopParts.ts';
import { noteLot, rolloutWindow, type Window } from './rollout/rolloutWindow.ts';

export type LoopEnd = 'finished' | 'stopped';

/**
 * Trains from `state` on until the planned number of steps, an early stop, or a request to stop; in each
 * case a checkpoint of the last step is there afterwards. `state` is kept up to date, and is the same on all ranks.
 */
export async function trainLoop(parts: LoopParts, state: LoopState): Promise<LoopEnd> {
  const { config, run, schedule, progress } = parts;
  const { totalSteps } = schedule;
  const isFirst = parts.ranks.collective.rank === 0;
  const speed = startSpeed(parts, state);
  let savedAt = state.step === 0 ? -1 : state.step;
  const save = async (): Promise<string> => {
    const folder = await saveState(parts, state);
    savedAt = state.step;
    return folder;
  };
  // A run that was killed after its early stop has nothing left to train.
  while (state.step < totalSteps && !isOutOfPatience(config, state)) {
    const metrics = new LossMetrics(parts.metrics);
    const next = await windowFor(parts, state);
    if (next === null) {
      if (savedAt !== state.step) await save();
      return 'stopped';
    }
    const { window, norm, lot = null } = next;
    const numbers = stepNumbers(parts, state);
    const result = await parts.stepper.step(window, numbers);
    const { isStopWanted, temperature } = await gatherStep(parts, state, {
      ...{ window, result, metrics },
    });
    afterStep(parts, state, { result, metrics, isRecorded: lot === null });
    const trouble = lot === null ? null : noteLot(parts, state, { lot, columns: result.columns });
    const values = {
      ...metrics.values(lot === null ? 'train' : 'rollout'),
      ...trouble?.values,
      ...stepValues(parts, state, { temperature, numbers, result }),
      ...speed.values(norm),
    };
    if (isEvery(config.log.every, state.step) || state.step === totalSteps)
      record(parts, state, values);
    progress.advance('train', {
      done: state.step,
      total: totalSteps,
      note: `loss ${metrics.loss().toFixed(3)}`,
    });
    refuseDiverged(config, state);
    const isLast = state.step === totalSteps;
    const isDue = isEvery(config.eval.every, state.step);
    const isBest = (isDue || isLast) && (await evaluateStudent(parts, state));
    const isEnough = isOutOfPatience(config, state);
    // Only now does the state hold all that this step changes.
    if (isBest || isEvery(config.checkpoints.every, state.step) || isLast || isEnough) {
      const folder = await save();
      if (isBest && isFirst) await saveBest(run.folder, fillFrom(folder));
    }
    if (isEnough && !isLast) {
      run.log(`early stop at step ${state.step}: no better ${config.train.earlyStopping.metric}`);
      return 'finished';
    }
    if (trouble?.end === true && !isLast) {
      if (savedAt !== state.step) await save();
      return 'stopped';
    }
    const between = betweenSteps(parts, state, { isStopWanted, save });
    if ((await speed.leaveOut(between)) === 'stop') {
      if (savedAt !== state.step) await save();
      return isLast ? 'finished' : 'stopped';
    }
  }
  return 'finished';
}

/** What the work gives; null where a stop has broken it off. */
export async function unlessStopped<T>(stop: AbortSignal, work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (stop.aborted) return null;
    throw error;
  }
}

function isEvery(every: number, step: number): boolean {
  return every > 0 && step % every === 0;
}

/** What a step learns from: recorded data, or a lot of the student's own games where one is due. */
async function windowFor(parts: LoopParts, state: LoopState): Promise<Window | null> {
  if (parts.rollout?.isDue(state.step) !== true) return nextWindow(parts, state);
  const { stopSignal } = parts.run;
  const lot = await unlessStopped(stopSignal, rolloutWindow(parts, state));
  return lot === null && !stopSignal.aborted ? nextWindow(parts, state) : lot;
}

/**
 * This rank's part of the micro-batches of one optimizer step, with weights that sum to 1 over all of them and all
 * ranks. Null where a stop has broken off a rank: then all leave the step.
 */
async function nextWindow(parts: LoopParts, state: LoopState): Promise<Window | null> {
  const { run, ranks } = parts;
  const window = await unlessStopped(run.stopSignal, ownWindow(parts, state));
  const own = window === null ? 0 : weightSum(window.map(({ weights }) => weights));
  const broken = window === null ? 1 : 0;
  const [sum = 0, brokenOff = 0] = await sumOver(ranks.collective, [own, broken]);
  if (window === null || brokenOff > 0) return null;
  const { scale } = state.lossScale;
  for (const entry of window) entry.weights = normalise(entry.weights, sum, scale);
  return { window, norm: sum };
}

async function ownWindow(
  { config, run, sampler, samples, teacher, weighting, schedule }: LoopParts,
  state: LoopState,
): Promise<WeightedBatch[]> {
  const window: WeightedBatch[] = [];
  const progress = state.step / Math.max(1, schedule.totalSteps - 1);
  const dealt = sampler.window(config.train.gradientAccumulationSteps);
  for (const { batch, micro, firstRow } of dealt) {
    const scores = (await teacher?.scores(batch, samples, run.stopSignal)) ?? null;
    const dropoutSeed = Math.floor(random(config.run.seed, state.step, micro)() * 2 ** 32);
    const weighed = weighBatch({ config, teacher, weighting }, { batch, scores, progress });
    window.push({ ...weighed, dropoutSeed, dropoutFrom: firstRow * batch.length });
  }
  return window;
}

function stepNumbers({ config, schedule }: LoopParts, state: LoopState): StepNumbers {
  const [beta1, beta2] = config.train.optimizer.betas;
  const t = state.taken + 1;
  return {
    learningRate: learningRateAt(state.step, schedule),
    biasCorrection1: 1 - beta1 ** t,
    biasCorrection2: 1 - beta2 ** t,
    gradientScale: 1 / state.lossScale.scale,
    maxGradNorm: config.train.maxGradNorm === 0 ? Infinity : config.train.maxGradNorm,
  };
}

/** Puts together what all ranks have of a step: its loss, its tokens, and whether one of them is to stop. */
async function gatherStep(
  { config, run, ranks }: LoopParts,
  state: LoopState,
  {
    window,
    result,
    metrics,
  }: { window: WeightedBatch[]; result: StepResult; metrics: LossMetrics },
): Promise<{ isStopWanted: boolean; temperature: number }> {
  let tokens = 0;
  window.forEach(({ batch, weights }, i) => {
    metrics.add(result.columns[i]!, batch.targets, weights);
    tokens += realTokens(batch);
  });
  const stop = run.stopSignal.aborted ? 1 : 0;
  const { sum, count } = temperatureSum(window);
  const own = [tokens, stop, sum, count, ...metrics.numbers()];
  const [allTokens = 0, stops = 0, heat = 0, slots = 0, ...numbers] = await sumOver(
    ranks.collective,
    own,
  );
  metrics.take(numbers);
  state.tokensSeen += allTokens;
  const temperature = slots === 0 ? config.loss.temperature.value : heat / slots;
  return { isStopWanted: stops > 0, temperature };
}

function afterStep(
  { config, weighting, sampler }: LoopParts,
  state: LoopState,
  {
    result,
    metrics,
    isRecorded,
  }: { result: StepResult; metrics: LossMetrics; isRecorded: boolean },
): void {
  state.step++;
  state.taken += result.taken ? 1 : 0;
  state.skipped += result.taken ? 0 : 1;
  const isCounted = !result.taken && isFault(state.lossScale);
  state.skippedInARow = isCounted
    ? state.skippedInARow + 1
    : result.taken
      ? 0
      : state.skippedInARow;
  if (config.train.precision === 'fp16') {
    state.lossScale = nextLossScale(state.lossScale, config.train.lossScale, result.taken);
  }
  if (result.taken && isRecorded) weighting.observe(metrics.lossPerKind());
  state.sampler = sampler.position();
  state.weighting = weighting.state();
}

function realTokens({ segments }: Batch): number {
  return segments.reduce((count, segment) => count + (segment === -1 ? 0 : 1), 0);
}

function record({ run, now }: LoopParts, state: LoopState, values: Record<string, number>): void {
  run.metrics({ step: state.step, tokensSeen: state.tokensSeen, time: now() / 1000, values });
}

function refuseDiverged(config: Config, state: LoopState): void {
  if (state.skippedInARow < config.train.maxSkippedSteps) return;
  throw new DeepCoderError(
    'diverged',
    `step ${state.step}: ${state.skippedInARow} steps in a row had gradients that are not finite; lower train.learning_rate, or check the data of the last steps`,
    { exitCode: 4 },
  );
}

/** Held-out loss, noted in the state. True where this student is the best so far. */
async function evaluateStudent(parts: LoopParts, state: LoopState): Promise<boolean> {
  const { config, run } = parts;
  const { collective } = parts.ranks;
  const values = await evaluate(parts, { collective });
  if (Object.keys(values).length === 0) return false;
  record(parts, state, values);
  parts.progress.say(`step ${state.step}: held-out loss ${values['eval/loss']!.toFixed(4)}`);
  await logSample(parts, state);
  notePatience(config, state, values);
  const metric = config.checkpoints.best;
  const value = own(values, metric);
  if (value === undefined) return false;
  if (state.best !== null && !isBetter(metric, value, state.best.value)) return false;
  state.best = { metric, value, step: state.step };
  run.setBest(state.best);
  return true;
}

async function logSample({ run, sampleOutput }: LoopParts, { step }: LoopState): Promise<void> {
  const sample = await sampleOutput?.();
  if (!sample) return;
  const { prompt, written, expected } = sample;
  run.log(`sample at step ${step}\nafter    ${prompt}\nwritten  ${written}\nexpected ${expected}`);
}

function notePatience(
  { train: { earlyStopping } }: Config,
  { early }: LoopState,
  values: Record<string, number>,
): void {
  const value = own(values, earlyStopping.metric);
  if (value === undefined) return;
  const improved = early.best === null || isBetter(earlyStopping.metric, value, early.best);
  early.best = improved ? value : early.best;
  early.waited = improved ? 0 : early.waited + 1;
}

function isOutOfPatience({ train: { earlyStopping } }: Config, { early }: LoopState): boolean {
  return earlyStopping.patience > 0 && early.waited >= earlyStopping.patience;
}

/** Writes a checkpoint of the state and returns its folder. */
async function saveState(parts: LoopParts, state: LoopState): Promise<string> {
  const { config, run } = parts;
  await run.sync();
  await parts.teacher?.flush();
  // One writes for all, who have the same.
  if (parts.ranks.collective.rank > 0) return run.folder;
  return saveStepCheckpoint(run.folder, {
    step: state.step,
    keep: config.checkpoints.keep,
    bestStep: state.best?.step ?? null,
    fill: fillRunCheckpoint(parts, state),
  });
}
