import { type Config, DeepCoderError } from '@deepcoder/config';
import type { Batch } from '../data/types.ts';
import { random } from '../engine/random.ts';
import { isScheduled, temperaturesAt } from '../losses/temperature.ts';
import { isFault, nextLossScale } from './optim/lossScale.ts';
import { learningRateAt } from './optim/learningRate.ts';
import { fillFrom, saveBest, saveStepCheckpoint } from '../run/checkpointFolders.ts';
import { normalise, weightSum } from './tokenWeights/normalise.ts';
import { normalisedEntropies } from './tokenWeights/teacherEntropy.ts';
import { LossMetrics } from './lossMetrics.ts';
import { evaluate } from './evaluate.ts';
import { isBetter, type LoopState } from './loopState.ts';
import { startSpeed, stepValues } from './stepMetrics.ts';
import { fillRunCheckpoint } from './runCheckpoint.ts';
import type { WeightedBatch } from '../scoring/batchInputs.ts';
import type { StepNumbers, StepResult } from './stepper.ts';
import type { LoopParts } from './loopParts.ts';

export type LoopEnd = 'finished' | 'stopped';

/**
 * Trains from `state` on until the planned number of steps, an early stop, or a request to stop; in each
 * case a checkpoint of the last step is there afterwards. `state` is kept up to date.
 */
export async function trainLoop(parts: LoopParts, state: LoopState): Promise<LoopEnd> {
  const { config, run, schedule, progress } = parts;
  const { totalSteps } = schedule;
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
    const { window, norm } = await nextWindow(parts, state);
    const numbers = stepNumbers(parts, state);
    const result = await parts.stepper.step(window, numbers);
    afterStep(parts, state, { window, result, metrics });
    const values = {
      ...metrics.values('train'),
      ...stepValues(parts, state, { window, numbers, result }),
      ...speed(norm),
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
      if (isBest) await saveBest(run.folder, fillFrom(folder));
    }
    if (isEnough && !isLast) {
      run.log(`early stop at step ${state.step}: no better ${config.train.earlyStopping.metric}`);
      return 'finished';
    }
    const { step, tokensSeen } = state;
    if ((await run.betweenSteps({ step, tokensSeen, saveCheckpoint: save })) === 'stop') {
      if (savedAt !== state.step) await save();
      return isLast ? 'finished' : 'stopped';
    }
  }
  return 'finished';
}

function isEvery(every: number, step: number): boolean {
  return every > 0 && step % every === 0;
}

/** The micro-batches of one optimizer step, with weights that sum to 1 over all of them. */
async function nextWindow(
  { config, sampler, samples, teacher, weighting, schedule }: LoopParts,
  state: LoopState,
): Promise<{ window: WeightedBatch[]; norm: number }> {
  const window: WeightedBatch[] = [];
  const progress = state.step / Math.max(1, schedule.totalSteps - 1);
  for (let i = 0; i < config.train.gradientAccumulationSteps; i++) {
    const batch = sampler.next();
    const scores = (await teacher?.scores(batch, samples)) ?? null;
    const teacherEntropy =
      scores &&
      normalisedEntropies(
        { logps: scores.logps, tailLogp: teacher!.hasTail ? scores.tail : null },
        teacher!.k,
      );
    const weights = weighting.weigh(batch.targets, { progress, teacherEntropy });
    const temperatures = temperaturesFor(config, { progress, teacherEntropy });
    const dropoutSeed = Math.floor(random(config.run.seed, state.step, i)() * 2 ** 32);
    window.push({ batch, weights, scores, temperatures, dropoutSeed });
  }
  const sum = weightSum(window.map(({ weights }) => weights));
  const { scale } = state.lossScale;
  for (const entry of window) entry.weights = normalise(entry.weights, sum, scale);
  return { window, norm: sum };
}

function temperaturesFor(
  { loss: { temperature } }: Config,
  at: { progress: number; teacherEntropy: Float32Array | null },
): Float32Array | null {
  const { progress, teacherEntropy } = at;
  if (!isScheduled(temperature) || teacherEntropy === null) return null;
  return temperaturesAt(temperature, { progress, teacherEntropy });
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

function afterStep(
  { config, weighting, sampler }: LoopParts,
  state: LoopState,
  {
    window,
    result,
    metrics,
  }: { window: WeightedBatch[]; result: StepResult; metrics: LossMetrics },
): void {
  window.forEach(({ batch, weights }, i) => {
    metrics.add(result.columns[i]!, batch.targets, weights);
    state.tokensSeen += realTokens(batch);
  });
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
  if (result.taken) weighting.observe(metrics.lossPerKind());
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
  const values = await evaluate(parts);
  if (Object.keys(values).length === 0) return false;
  record(parts, state, values);
  parts.progress.say(`step ${state.step}: held-out loss ${values['eval/loss']!.toFixed(4)}`);
  await logSample(parts, state);
  notePatience(config, state, values);
  const metric = config.checkpoints.best;
  const value = values[metric];
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
  const value = values[earlyStopping.metric];
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
  return saveStepCheckpoint(run.folder, {
    step: state.step,
    keep: config.checkpoints.keep,
    bestStep: state.best?.step ?? null,
    fill: fillRunCheckpoint(parts, state),
  });
}
