import { KIND } from '@deepcoder/vocabulary';
import { describe, expect, test } from 'vitest';
import { batches } from '../../../../trainer/src/data/batches.ts';
import type { PlayedEpisode, PlayedTurn } from '../../../../trainer/src/eval/playedEpisode.ts';
import { LOSS_COLUMNS } from '../../../../trainer/src/losses/distillationLoss.ts';
import { policyGradientWeights } from '../../../../trainer/src/training/rollout/advantages.ts';
import type { Lot } from '../../../../trainer/src/training/rollout/openRollout.ts';
import { rolloutSamples } from '../../../../trainer/src/training/rollout/rolloutSamples.ts';
import { lotFigures } from '../../../../trainer/src/training/rollout/rolloutValues.ts';
import { firstRolloutState, judgeLot } from '../../../../trainer/src/training/rollout/trouble.ts';
import { turnsAt } from '../../../../trainer/src/training/rollout/turnsAt.ts';

function turn(more: Partial<PlayedTurn>): PlayedTurn {
  const said = { thought: 'so', action: 'look', observation: 'a room', invalid: false };
  const counts = { reasoningTokens: 2, actionTokens: 1, replayed: false, lines: [], teacher: null };
  return { ...said, ...counts, ...more };
}

/** Five tokens read, a turn that was replayed (2), its answer (1), a turn of three tokens, an answer, one more. */
const EPISODE: PlayedEpisode = {
  key: { split: 'train', seed: 1, index: 0 },
  ...{
    kind: 'put',
    task: 'do it',
    observation: 'a door',
    success: false,
    ending: 'turns',
    error: null,
  },
  turns: [
    turn({ replayed: true }),
    turn({
      lines: [
        { start: 8, end: 10, kind: 'reasoning' },
        { start: 10, end: 11, kind: 'action' },
      ],
    }),
    turn({ lines: [{ start: 12, end: 13, kind: 'action' }] }),
  ],
  ids: [5, 6, 7, 8, 9, 20, 21, 30, 40, 41, 50, 31, 51],
};

describe('samples of played episodes', () => {
  const [sample] = rolloutSamples([EPISODE], { lot: 3 });

  test('are the very tokens, and only what the student wrote has a kind', () => {
    const { reasoning: r, action: a } = KIND;
    expect([...sample!.ids]).toEqual(EPISODE.ids);
    expect([...sample!.kinds]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, r, r, a, 0, a]);
    expect([...sample!.turnOf]).toEqual([-1, -1, -1, -1, -1, -1, -1, -1, 1, 1, 1, -1, 2]);
    expect(sample).toMatchObject({ id: 'rollout/3/0', tokensPerKind: [9, 2, 2, 0, 0] });
  });

  test('an episode in which the student wrote nothing gives none', () => {
    const silent = { ...EPISODE, turns: [turn({ replayed: true })] };
    expect(rolloutSamples([silent, EPISODE], { lot: 0 }).map(({ id }) => id)).toEqual([
      'rollout/0/1',
    ]);
  });
});

test.each([
  [0, null, 30],
  [0, { start: 2, every: 10, max: 8 }, 2],
  [9, { start: 2, every: 10, max: 8 }, 2],
  [10, { start: 2, every: 10, max: 8 }, 3],
  [1000, { start: 2, every: 10, max: 8 }, 8],
  [1000, { start: 2, every: 10, max: 80 }, 30],
])('in lot %i of the curriculum %j the student plays %i turns', (lot, curriculum, turns) => {
  expect(turnsAt(lot, { curriculum, maxTurns: 30 })).toBe(turns);
});

/** Columns in which the student gives the labels these log-probabilities. */
function columnsOf(logps: readonly number[]): Float32Array {
  const columns = new Float32Array(logps.length * LOSS_COLUMNS.length);
  logps.forEach((logp, slot) => {
    columns[slot * LOSS_COLUMNS.length + LOSS_COLUMNS.indexOf('crossEntropy')] = -logp;
  });
  return columns;
}

test('the policy gradient of reverse KL is the expectation of its weights', () => {
  // Over a vocabulary of three, with logits z of the student q and a teacher p: the exact gradient of
  // KL(q, p) by z_j is q_j (log q_j / p_j - KL); sampled, each label y has it in expectation over q.
  const q = [0.5, 0.3, 0.2];
  const p = [0.6, 0.1, 0.3];
  const kl = q.reduce((sum, one, j) => sum + one * Math.log(one / p[j]!), 0);
  const labels = [0, 1, 2];
  const weights = policyGradientWeights(
    Float32Array.of(1, 1, 1),
    columnsOf(labels.map((y) => Math.log(q[y]!))),
    Float32Array.from(labels, (y) => Math.log(p[y]!)),
  );
  // The gradient of cross-entropy on y by z_j is q_j - [y = j].
  const expected = q.map((one, j) =>
    labels.reduce((sum, y) => sum + q[y]! * weights[y]! * (one - (y === j ? 1 : 0)), 0),
  );
  const exact = q.map((one, j) => one * (Math.log(one / p[j]!) - kl));
  expected.forEach((value, j) => expect(value).toBeCloseTo(exact[j]!, 5));
});

test('advantages are clamped, and a token of weight 0 stays out', () => {
  const columns = columnsOf([-0.1, -9, -0.1]);
  const label = Float32Array.of(-40, 0, -1e4);
  expect([...policyGradientWeights(Float32Array.of(0.5, 0.5, 0), columns, label)]).toEqual([
    -2.5, 2.5, 0,
  ]);
});

test('figures of a lot: KL by turn, its slope, and what lies in the top k', () => {
  const samples = rolloutSamples([EPISODE], { lot: 0 });
  const options = { rows: 1, length: 16, seed: 1, epoch: 0, targetBuckets: [8] };
  const weights = { reasoning: 1, action: 1, observation: 0, other: 0, labels: 1 };
  const [batch] = [...batches(samples, { ...options, weights })];
  const { count, label } = batch!.targets;
  expect([...label.subarray(0, count)]).toEqual([40, 41, 50, 51]);
  const scores = {
    ids: Int32Array.from({ length: 8 * 2 }, (_, at) => [40, 1, 2, 3, 50, 1, 51, 1][at] ?? at % 2),
    logps: new Float32Array(16),
    tail: new Float32Array(8),
    known: null,
    label: Float32Array.of(-1, -1, -1, -2, 0, 0, 0, 0),
  };
  const lot: Lot = {
    ...{ number: 0, episodes: [EPISODE], samples, batches: [{ batch: batch!, scores }] },
    seconds: { play: 2, score: 1 },
  };
  const figures = lotFigures(lot, [columnsOf([-0.5, -0.5, -0.5, -0.5])]);
  expect(figures.klByTurn).toEqual([0, 0.5, 1.5]);
  expect(figures.overlap).toBe(0.75);
  expect(figures.values).toMatchObject({
    'rollout/kl': (3 * 0.5 + 1.5) / 4,
    'rollout/kl_slope': 0.75,
    'rollout/overlap': 0.75,
    'rollout/truncated': 1,
    'rollout/success': 0,
    'rollout/turns': 2,
  });
});

describe('signs of trouble', () => {
  const after = (lots: [tokens: number, overlap: number][]): (string | null)[] => {
    let state = firstRolloutState();
    return lots.map(([tokens, overlap]) => {
      const judged = judgeLot(state, { tokens, overlap });
      ({ state } = judged);
      return judged.trouble;
    });
  };
  const calm: [number, number][] = [
    [100, 0.95],
    [120, 0.9],
    [80, 1],
    [100, 0.95],
    [100, 0.95],
  ];

  test('the first lots are what later ones are held against', () => {
    expect(after([...calm, [190, 0.85], [10, 0.95]])).toEqual(Array(7).fill(null));
  });

  test('length that inflates and overlap that collapses are told', () => {
    const [length, overlap] = after([...calm, [201, 0.95], [100, 0.79]]).slice(5);
    expect(length).toBe('its episodes have 201 tokens, and had 100 at first');
    expect(overlap).toContain("79 % of its tokens are in the teacher's top k, and 95 % were");
  });
});
