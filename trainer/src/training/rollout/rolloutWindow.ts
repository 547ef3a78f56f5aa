import { random } from '../../engine/random.ts';
import type { WeightedBatch } from '../../scoring/batchInputs.ts';
import type { LoopParts } from '../loopParts.ts';
import type { LoopState } from '../loopState.ts';
import { normalise, weightSum } from '../tokenWeights/normalise.ts';
import { weighBatch } from '../weighBatch.ts';
import { policyGradientWeights } from './advantages.ts';
import type { Lot } from './openRollout.ts';
import { lotFigures } from './rolloutValues.ts';
import { firstRolloutState, judgeLot } from './trouble.ts';
import { turnsAt } from './turnsAt.ts';

/** What one optimizer step learns from: micro-batches whose weights sum to 1, and that sum before. */
export interface Window {
  window: WeightedBatch[];
  norm: number;
  /** The games that it comes from; left out for recorded data. */
  lot?: Lot;
}

/** Plays the next lot and makes a window of it; null where nothing in it can be learnt, which is said. */
export async function rolloutWindow(parts: LoopParts, state: LoopState): Promise<Window | null> {
  const { config, run, rollout, stepper, schedule, progress: told } = parts;
  const { lots } = state.rollout ?? firstRolloutState();
  const lot = await rollout!.lot(lots, run.stopSignal);
  if (lot.batches.length === 0) {
    state.rollout = { ...(state.rollout ?? firstRolloutState()), lots: lots + 1 };
    const why =
      lot.episodes.find(({ error }) => error !== null)?.error ?? 'the student said nothing';
    const line = `step ${state.step + 1}: nothing of lot ${lots} can be learnt (${why}); recorded data takes its place`;
    run.log(line);
    told.say(line);
    return null;
  }
  const progress = state.step / Math.max(1, schedule.totalSteps - 1);
  const window = lot.batches.map(({ batch, scores }, i): WeightedBatch => {
    const dropoutSeed = Math.floor(random(config.run.seed, state.step, i)() * 2 ** 32);
    const weighed = weighBatch(parts, { batch, scores, progress });
    return { ...weighed, dropoutSeed, objective: 'rollout' };
  });
  const norm = weightSum(window.map(({ weights }) => weights));
  const { scale } = state.lossScale;
  for (const entry of window) entry.weights = normalise(entry.weights, norm, scale);
  if (config.train.rollout.loss === 'policy_gradient') {
    for (const [i, entry] of window.entries()) {
      const columns = await stepper.evaluate(entry, run.stopSignal);
      entry.weights = policyGradientWeights(entry.weights, columns, lot.batches[i]!.scores.label);
    }
  }
  return { window, norm, lot };
}

/** Metrics of a lot that was learnt from, its KL by turn in the log, and what trouble asks for. */
export function noteLot(
  parts: LoopParts,
  state: LoopState,
  { lot, columns }: { lot: Lot; columns: readonly Float32Array[] },
): { values: Record<string, number>; end: boolean } {
  const { config, run, progress } = parts;
  const figures = lotFigures(lot, columns);
  const judged = judgeLot(state.rollout ?? firstRolloutState(), figures);
  state.rollout = judged.state;
  const kl = figures.klByTurn.map((value) => value.toFixed(3)).join(' ');
  run.log(`step ${state.step}: lot ${lot.number}, KL by turn ${kl}`);
  const values = {
    ...figures.values,
    'rollout/depth': turnsAt(lot.number, config.train.rollout),
  };
  if (judged.trouble === null) return { values, end: false };
  const { onTrouble } = config.train.rollout;
  const line = `step ${state.step}: the student's own games are in trouble: ${judged.trouble} (train.rollout.on_trouble: ${onTrouble})`;
  run.log(line);
  progress.say(line);
  if (onTrouble === 'pause') run.requestPause();
  return { values, end: onTrouble === 'stop' };
}
