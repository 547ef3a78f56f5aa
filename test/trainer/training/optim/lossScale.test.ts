import { expect, it, test } from 'vitest';
import {
  firstLossScale,
  isFault,
  type LossScaleState,
  nextLossScale,
} from '../../../../trainer/src/training/optim/lossScale.ts';

const OPTIONS = { initial: 1024, growthInterval: 3 };

function after(steps: readonly boolean[], from = firstLossScale(OPTIONS)): LossScaleState {
  return steps.reduce((state, taken) => nextLossScale(state, OPTIONS, taken), from);
}

it.each([
  ['at first', [], 1024, 0],
  ['two good steps', [true, true], 1024, 2],
  ['three good steps double it', [true, true, true], 2048, 0],
  ['an overflow halves it', [false], 512, 0],
  ['an overflow starts the count again', [true, true, false, true, true], 512, 2],
  ['growth comes back', [false, true, true, true], 1024, 0],
  ['six good steps double it twice', [true, true, true, true, true, true], 4096, 0],
] as const)('%s', (_, steps, scale, goodSteps) => {
  expect(after(steps)).toEqual({ scale, goodSteps });
});

test('the scale has a floor of 1, and only there a skipped step is a fault', () => {
  const down = Array.from({ length: 30 }, () => false);
  expect(after(down).scale).toBe(1);
  expect(isFault(after(down))).toBe(true);
  expect(isFault(after([false]))).toBe(false);
});

test('the scale does not grow for ever', () => {
  const up = Array.from({ length: 300 }, () => true);
  expect(after(up).scale).toBe(2 ** 24);
  expect(after(up, { scale: 3e7, goodSteps: 2 }).scale).toBe(3e7);
});

test('a run that goes on from a saved state has the same scales', () => {
  const steps = [true, false, true, true, true, true, true, true, false, true];
  const saved = JSON.parse(JSON.stringify(after(steps.slice(0, 5)))) as LossScaleState;
  expect(after(steps.slice(5), saved)).toEqual(after(steps));
});
