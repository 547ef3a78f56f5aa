import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  nextToken,
  scoreTokens,
  type TokenChoice,
} from '../../../trainer/src/inference/nextToken.ts';
import { random } from '../../support/executors.ts';

const PLAIN: TokenChoice = {
  ...{ temperature: 1, topK: 0, topP: 1, minP: 0 },
  ...{ repetitionPenalty: 1, presencePenalty: 0, frequencyPenalty: 0 },
  bias: new Map(),
};
/** Shares 0.1, 0.2, 0.5, 0.2. */
const LOGITS = Float32Array.from([0, Math.log(2), Math.log(5), Math.log(2)]);
const NONE = { prompt: [], generated: [] };

function shares(
  choice: Partial<TokenChoice>,
  history = NONE as { prompt: number[]; generated: number[] },
  isAllowed: ((id: number) => boolean) | null = null,
): number[] {
  const uniform = random(5);
  const counts = [0, 0, 0, 0];
  for (let i = 0; i < 20_000; i++)
    counts[nextToken(LOGITS, { ...PLAIN, ...choice }, { history, uniform, isAllowed })]!++;
  return counts.map((count) => count / 20_000);
}

test.each([
  ['the softmax', {}, NONE, [0.1, 0.2, 0.5, 0.2]],
  ['temperature', { temperature: 0.5 }, NONE, [1 / 34, 4 / 34, 25 / 34, 4 / 34]],
  ['greedy', { temperature: 0 }, NONE, [0, 0, 1, 0]],
  ['top-k', { topK: 2 }, NONE, [0, 2 / 7, 5 / 7, 0]],
  ['top-p', { topP: 0.6 }, NONE, [0, 2 / 7, 5 / 7, 0]],
  ['min-p', { minP: 0.3 }, NONE, [0, 2 / 9, 5 / 9, 2 / 9]],
  [
    'bias',
    {
      bias: new Map([
        [0, Math.log(5)],
        [2, -100],
      ]),
    },
    NONE,
    [5 / 9, 2 / 9, 0, 2 / 9],
  ],
  [
    'presence',
    { presencePenalty: Math.log(5) },
    { prompt: [1], generated: [2, 2] },
    [1 / 6, 2 / 6, 1 / 6, 2 / 6],
  ],
  [
    'frequency',
    { frequencyPenalty: Math.log(5) },
    { prompt: [], generated: [2, 2] },
    [5 / 26, 10 / 26, 1 / 26, 10 / 26],
  ],
  [
    'repetition',
    { repetitionPenalty: 2 },
    { prompt: [2], generated: [] },
    [0.138, 0.276, 0.309, 0.276],
  ],
])('%s', (_, choice, history, expected) => {
  for (const [id, share] of shares(choice, history).entries())
    expect(Math.abs(share - expected[id]!)).toBeLessThan(0.015);
});

test('only what is allowed comes, and nothing allowed is an error', () => {
  expect(shares({}, NONE, (id) => id === 3)).toEqual([0, 0, 0, 1]);
  const context = { history: NONE, uniform: random(1), isAllowed: () => false };
  expect(() => nextToken(LOGITS, PLAIN, context)).toThrow(/no token is allowed/);
  const nan = Float32Array.of(0, NaN);
  expect(() => nextToken(nan, PLAIN, { history: NONE, uniform: random(1) })).toThrow(/NaN/);
});

test('scores are those of a log-softmax that is written out, with ranks from 1', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: -9, max: 9, noNaN: true }), { minLength: 2, maxLength: 40 }),
      (values) => {
        const logits = Float32Array.from(values);
        const sum = logits.reduce((total, value) => total + Math.exp(value), 0);
        const order = [...logits.keys()].sort((a, b) => logits[b]! - logits[a]! || a - b);
        for (const id of logits.keys()) {
          const { token, top } = scoreTokens(logits, id, 3);
          expect(token.logprob).toBeCloseTo(logits[id]! - Math.log(sum), 4);
          expect(token.rank).toBe(order.indexOf(id) + 1);
          expect(top.map((one) => one.id)).toEqual(order.slice(0, 3));
        }
      },
    ),
    { seed: 3 },
  );
});
