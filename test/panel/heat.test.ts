import { expect, test } from 'vitest';
import { HEAT_LEVELS, heatLevel, heatRange } from '../../client/panel/src/heat.ts';

test('the level grows with the loss, through all of them', () => {
  const losses = [0, 0.09, 0.1, 0.49, 0.5, 1.49, 1.5, 2.99, 3, 40];
  expect(losses.map(heatLevel)).toEqual([0, 0, 1, 1, 2, 2, 3, 3, 4, 4]);
  expect(HEAT_LEVELS).toBe(5);
});

test('each level says its losses', () => {
  const levels = Array.from({ length: HEAT_LEVELS }, (_, level) => heatRange(level));
  expect(levels).toEqual([
    ...['below 0.1 nats', '0.1 to 0.5', '0.5 to 1.5', '1.5 to 3', '3 nats and more'],
  ]);
});
