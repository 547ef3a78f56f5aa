import { expect, test } from 'vitest';
import { startSpeed } from '../../../trainer/src/training/stepMetrics.ts';

test('a pause changes neither the speed nor the time that is left', async () => {
  let ms = 0;
  let dataMs = 0;
  const state = { step: 0, tokensSeen: 0 };
  const parts = {
    now: () => ms,
    schedule: { totalSteps: 10 },
    sampler: { timeMs: () => dataMs },
  };
  const speed = startSpeed(parts as never, state);
  const step = (): Record<string, number> => {
    ms += 2000;
    dataMs += 20;
    state.step += 1;
    state.tokensSeen += 100;
    return speed.values(50);
  };
  const before = step();
  expect(before).toMatchObject({ 'train/tokens_per_second': 50, 'train/seconds_left': 18 });
  const paused = Promise.resolve().then(() => {
    ms += 3_600_000;
    return 'go';
  });
  expect(await speed.leaveOut(paused)).toBe('go');
  expect(step()).toMatchObject({
    'train/tokens_per_second': 50,
    'train/supervised_tokens_per_second': 25,
    'train/seconds_left': 16,
    'train/data_seconds': 0.02,
  });
  // Of two steps that are recorded as one.
  state.step += 1;
  dataMs += 20;
  expect(step()).toMatchObject({ 'train/data_seconds': 0.02 });
});
