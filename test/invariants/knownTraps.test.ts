import { beforeAll, expect, it, test } from 'vitest';
import { KIND } from '@deepcoder/vocabulary';
import { shiftTargets } from '@deepcoder/trajectory';
import type { Executor } from '../../trainer/src/engine/program.ts';
import { divergenceByName } from '../../trainer/src/losses/divergenceByName.ts';
import type { Divergence } from '../../trainer/src/losses/divergence.ts';
import { createWeighting } from '../../trainer/src/training/tokenWeights/weighting.ts';
import type { WeightsConfig } from '../../trainer/src/training/tokenWeights/strategy.ts';
import { openReference } from '../support/executors.ts';
import { TINY_DECODER, tinyParameters } from '../support/tinyDecoder.ts';
import { randomBatch, runner, scalarInputs, SETUP } from '../support/trainingRun.ts';
import { PARAMETERS } from '../trainer/losses/support/divergences.ts';
import { columnOf, logitCase, runLoss } from '../trainer/losses/support/lossCase.ts';
import type { PlainTeacher } from '../trainer/losses/support/oracle.ts';

/** Mistakes that look right, each of which was once shipped by some trainer. */

let reference: Executor;
beforeAll(async () => {
  reference = await openReference();
}, 60_000);

const p = [0.7, 0.2, 0.1];
const q = [0.2, 0.3, 0.5];
const byName = (name: string, change: Partial<typeof PARAMETERS> = {}): Divergence =>
  divergenceByName(name, { ...PARAMETERS, ...change });
const teacher = (of: number[]): PlainTeacher => ({
  ids: [0, 1, 2],
  logp: of.map(Math.log),
  tailLogp: null,
});

async function divergenceOf(divergence: Divergence, student: number[]): Promise<number> {
  const given = logitCase([student.map(Math.log)], [teacher(p)]);
  return columnOf(
    await runLoss(reference, given, { kd: 1, temperature: 1, divergence }),
    'divergence',
  )[0]!;
}

const KL_PQ = 0.7 * Math.log(0.7 / 0.2) + 0.2 * Math.log(0.2 / 0.3) + 0.1 * Math.log(0.1 / 0.5);
const KL_QP = 0.2 * Math.log(0.2 / 0.7) + 0.3 * Math.log(0.3 / 0.2) + 0.5 * Math.log(0.5 / 0.1);

test('Wasserstein is 0 at p = q, and between: ranks 0.5, 0.9 - 0.5 apart', async () => {
  expect(await divergenceOf(byName('wasserstein'), p)).toBeCloseTo(0, 6);
  // P - Q = 0.5, 0.4, 0
  expect(await divergenceOf(byName('wasserstein'), q)).toBeCloseTo(0.9 / 2, 6);
});

test('alpha 1 is the forward KL and alpha 0 the reverse, not the other way round', async () => {
  expect(await divergenceOf(byName('alpha', { alpha: 1 }), q)).toBeCloseTo(KL_PQ, 5);
  expect(await divergenceOf(byName('alpha', { alpha: 0 }), q)).toBeCloseTo(KL_QP, 5);
  expect(Math.abs(KL_PQ - KL_QP)).toBeGreaterThan(0.03);
});

test('symmetric is the mean of the two KLs, not the Jensen-Shannon divergence', async () => {
  const symmetric = await divergenceOf(byName('symmetric'), q);
  expect(symmetric).toBeCloseTo((KL_PQ + KL_QP) / 2, 5);
  // Jensen-Shannon is at most log 2, and far below for these two.
  expect(symmetric).toBeGreaterThan(
    2 * (await divergenceOf(byName('jsd', { generalizedJsd: true }), q)),
  );
});

test('the forward KL is 0 at teacher = student, which cross-entropy is not', async () => {
  expect(await divergenceOf(byName('kl'), p)).toBeCloseTo(0, 6);
});

test('entropies have their sign: an even teacher has more than a sure one, none less than 0', async () => {
  const entropy = async (of: number[]): Promise<number> => {
    const given = logitCase([[0, 0, 0]], [teacher(of)]);
    const result = await runLoss(reference, given, {
      kd: 1,
      temperature: 1,
      divergence: byName('kl'),
    });
    expect(columnOf(result, 'studentEntropy')[0]).toBeCloseTo(Math.log(3), 5);
    return columnOf(result, 'teacherEntropy')[0]!;
  };
  expect(await entropy([1 / 3, 1 / 3, 1 / 3])).toBeCloseTo(Math.log(3), 5);
  expect(await entropy([0.98, 0.01, 0.01])).toBeGreaterThan(0);
  expect(await entropy([0.98, 0.01, 0.01])).toBeLessThan(0.2);
});

const WEIGHTS: WeightsConfig = {
  reasoning: 1,
  action: 1,
  observation: 0,
  other: 0,
  labels: 1,
  strategy: 'uniform',
  adaptive: { eta: 1, min: 0.5, max: 2, every: 10 },
  curriculum: {
    reasoning: [0.5, 2],
    action: [2, 1],
    schedule: 'linear',
    complexity: { reasoningTokens: 1, actionTokens: 1, teacherEntropy: 1 },
  },
  confidence: { direction: 'confident' },
};

test('masks are shifted by one: the position before a token is weighed by that token', () => {
  // Observation, observation, reasoning, action, observation.
  const kinds = Uint8Array.of(3, 3, 1, 2, 3);
  const shifted = shiftTargets({ kinds, glue: new Uint8Array(5) }, WEIGHTS);
  expect(shifted.index).toEqual([1, 2]);
  expect(shifted.offset).toEqual([2, 3]);
});

it.each(['uniform', 'adaptive', 'curriculum', 'confidence'] as const)(
  'observations and prompts are not trained: %s',
  (strategy) => {
    const weighting = createWeighting({ ...WEIGHTS, strategy });
    for (let step = 0; step < 20; step++)
      weighting.observe({ action: 1, observation: 99, other: 99 });
    const targets = {
      kind: Uint8Array.of(KIND.observation, KIND.other, KIND.none, KIND.action),
      glue: Uint8Array.of(0, 1, 0, 0),
      count: 4,
    };
    const weights = weighting.weigh(targets, {
      progress: 0.5,
      teacherEntropy: new Float32Array(4).fill(0.5),
    });
    expect([...weights.slice(0, 3)]).toEqual([0, 0, 0]);
    expect(weights[3]).toBeGreaterThan(0);
  },
);

test('clipping clips: a small limit makes a small step, and the first step shows it', async () => {
  const moved = async (maxGradNorm: number): Promise<number> => {
    // With a large eps AdamW's step is in proportion to the gradient.
    const setup = { ...SETUP, optimizer: { betas: [0, 0] as const, eps: 1e3, weightDecay: 0 } };
    const run = runner(reference, setup, tinyParameters(TINY_DECODER));
    const scalars = scalarInputs({
      maxGradNorm,
      learningRate: 1000,
      biasCorrection1: 1,
      biasCorrection2: 1,
    });
    const { gradNorm } = await run.run('step', { ...randomBatch(SETUP, 2), ...scalars });
    let squares = 0;
    for (const [name, { data }] of Object.entries(tinyParameters(TINY_DECODER))) {
      const after = await run.read(name);
      data.forEach((before, i) => (squares += (after[i]! - before) ** 2));
    }
    await run.dispose();
    expect(gradNorm![0]).toBeGreaterThan(0.5);
    return Math.sqrt(squares);
  };
  expect(await moved(0.1)).toBeCloseTo(0.1, 2);
  expect(await moved(Infinity)).toBeGreaterThan(0.5);
});
