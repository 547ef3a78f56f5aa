import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { KIND } from '@deepcoder/vocabulary';
import { complexity } from '../../../../trainer/src/training/tokenWeights/complexity.ts';
import { normalise, weightSum } from '../../../../trainer/src/training/tokenWeights/normalise.ts';
import {
  normalisedEntropies,
  teacherEntropies,
} from '../../../../trainer/src/training/tokenWeights/teacherEntropy.ts';
import { createWeighting } from '../../../../trainer/src/training/tokenWeights/weighting.ts';
import type {
  KindLosses,
  WeighedTargets,
  WeightsConfig,
} from '../../../../trainer/src/training/tokenWeights/strategy.ts';
import { maxDifference } from '../../../support/executors.ts';

const CONFIG: WeightsConfig = {
  reasoning: 2,
  action: 1,
  observation: 0,
  other: 0.25,
  labels: 0.5,
  strategy: 'uniform',
  adaptive: { eta: 1, min: 0.5, max: 2, every: 3 },
  curriculum: {
    reasoning: [0.5, 2],
    action: [2, 1],
    schedule: 'linear',
    complexity: { reasoningTokens: 1, actionTokens: 2, teacherEntropy: 3 },
  },
  confidence: { direction: 'confident' },
};

/** A slot of each kind, then glue of reasoning and of action, then padding. */
const TARGETS: WeighedTargets = {
  kind: Uint8Array.of(
    KIND.reasoning,
    KIND.action,
    KIND.observation,
    KIND.other,
    KIND.none,
    KIND.reasoning,
    KIND.action,
    KIND.reasoning,
  ),
  glue: Uint8Array.of(0, 0, 0, 0, 0, 1, 1, 0),
  count: 7,
};
const AT = (progress: number, teacherEntropy: Float32Array | null = null) => ({
  progress,
  teacherEntropy,
});
const ENTROPY = Float32Array.of(0, 0.25, 0.5, 0.75, 1, 0.5, 0, 1);

describe('weights without normalisation', () => {
  it.each([
    ['uniform', {}, 0, [2, 1, 0, 0.25, 0, 1, 0.5, 0]],
    ['uniform, labels 0', { labels: 0 }, 0, [2, 1, 0, 0.25, 0, 0, 0, 0]],
    ['uniform, observations on', { observation: 3 }, 0, [2, 1, 3, 0.25, 0, 1, 0.5, 0]],
    ['adaptive at first', { strategy: 'adaptive' }, 0, [2, 1, 0, 0.25, 0, 1, 0.5, 0]],
    ['curriculum at the start', { strategy: 'curriculum' }, 0, [1, 2, 0, 0.25, 0, 0.5, 1, 0]],
    ['curriculum half way', { strategy: 'curriculum' }, 0.5, [2.5, 1.5, 0, 0.25, 0, 1.25, 0.75, 0]],
    ['curriculum at the end', { strategy: 'curriculum' }, 1, [4, 1, 0, 0.25, 0, 2, 0.5, 0]],
    ['curriculum after the end', { strategy: 'curriculum' }, 3, [4, 1, 0, 0.25, 0, 2, 0.5, 0]],
    ['confident', { strategy: 'confidence' }, 0, [2, 0.75, 0, 0.0625, 0, 0.5, 0.5, 0]],
    [
      'uncertain',
      { strategy: 'confidence', confidence: { direction: 'uncertain' } },
      0,
      [0, 0.25, 0, 0.1875, 0, 0.5, 0, 0],
    ],
  ] as [string, Partial<WeightsConfig>, number, number[]][])(
    '%s',
    (_, change, progress, expected) => {
      const weighting = createWeighting({ ...CONFIG, ...change });
      const weights = weighting.weigh(TARGETS, AT(progress, ENTROPY));
      expect([...weights]).toEqual(expected);
    },
  );

  it('along a cosine', () => {
    const weighting = createWeighting({
      ...CONFIG,
      strategy: 'curriculum',
      curriculum: { ...CONFIG.curriculum, schedule: 'cosine' },
    });
    const share = (1 - Math.SQRT1_2) / 2;
    weighting.weigh(TARGETS, AT(0.25));
    expect(weighting.inForce().reasoning).toBeCloseTo(2 * (0.5 + 1.5 * share), 10);
    expect(weighting.inForce().action).toBeCloseTo(2 - share, 10);
  });

  it('the weights in force are those of content tokens', () => {
    const weighting = createWeighting({ ...CONFIG, strategy: 'curriculum' });
    weighting.weigh(TARGETS, AT(1));
    expect(weighting.inForce()).toEqual({ reasoning: 4, action: 1, observation: 0, other: 0.25 });
  });

  it('confidence without a teacher is an error', () => {
    const weighting = createWeighting({ ...CONFIG, strategy: 'confidence' });
    expect(() => weighting.weigh(TARGETS, AT(0))).toThrow('needs the entropy of a teacher');
  });
});

describe('adaptive', () => {
  const adaptive = (change: Partial<WeightsConfig['adaptive']> = {}) =>
    createWeighting({
      ...CONFIG,
      reasoning: 1,
      strategy: 'adaptive',
      adaptive: { ...CONFIG.adaptive, ...change },
    });
  const factors = (losses: KindLosses[], change: Partial<WeightsConfig['adaptive']> = {}) => {
    const weighting = adaptive(change);
    for (const each of losses) weighting.observe(each);
    const { reasoning, action } = weighting.inForce();
    return [reasoning, action];
  };
  const thrice = (losses: KindLosses): KindLosses[] => [losses, losses, losses];

  it.each([
    [
      'is renewed every 3 steps: not after 2',
      [
        { reasoning: 3, action: 1 },
        { reasoning: 3, action: 1 },
      ],
      {},
      [1, 1],
    ],
    ['a kind that lags gets more', thrice({ reasoning: 3, action: 1 }), {}, [1.5, 0.5]],
    ['eta 0 leaves all at 1', thrice({ reasoning: 3, action: 1 }), { eta: 0 }, [1, 1]],
    ['eta 2 squares', thrice({ reasoning: 1.2, action: 0.8 }), { eta: 2 }, [1.44, 0.64]],
    ['not above max', thrice({ reasoning: 30, action: 1 }), { max: 1.25 }, [1.25, 0.5]],
    ['not below min', thrice({ reasoning: 30, action: 1 }), { min: 0.9 }, [60 / 31, 0.9]],
    ['one kind alone has factor 1', thrice({ action: 5 }), {}, [1, 1]],
    ['losses of 0 leave 1', thrice({ reasoning: 0, action: 0 }), {}, [1, 1]],
    [
      'a loss that is not finite is left out',
      [{ reasoning: NaN, action: 1 }, ...thrice({ reasoning: 3, action: 1 })].slice(0, 3),
      {},
      [1.5, 0.5],
    ],
  ] as [string, KindLosses[], Partial<WeightsConfig['adaptive']>, number[]][])(
    '%s',
    (_, losses, change, expected) => {
      expect(maxDifference(factors(losses, change), expected)).toBeLessThan(1e-12);
    },
  );

  it('the running mean moves by a tenth of the difference', () => {
    const weighting = adaptive({ every: 1, min: 0.01, max: 100 });
    weighting.observe({ reasoning: 1, action: 1 });
    weighting.observe({ reasoning: 2, action: 1 });
    expect(weighting.inForce().reasoning).toBeCloseTo(1.1 / 1.05, 12);
  });

  it('goes on from a saved state as if it had not stopped', () => {
    const losses = Array.from({ length: 10 }, (_, i) => ({
      reasoning: 2 + (i % 4),
      action: 1 + i / 5,
    }));
    const whole = adaptive();
    losses.forEach((each) => whole.observe(each));
    const first = adaptive();
    losses.slice(0, 5).forEach((each) => first.observe(each));
    const second = adaptive();
    second.restore(JSON.parse(JSON.stringify(first.state())) as ReturnType<typeof first.state>);
    losses.slice(5).forEach((each) => second.observe(each));
    expect(second.inForce()).toEqual(whole.inForce());
    expect(second.state()).toEqual(whole.state());
  });

  it('a state is a copy', () => {
    const weighting = adaptive();
    const state = weighting.state();
    weighting.observe({ action: 1 });
    expect(state).toEqual({ strategy: 'adaptive', means: {}, factors: {}, steps: 0 });
  });

  it.each(['uniform', 'curriculum', 'confidence'] as const)('%s has no state', (strategy) => {
    const weighting = createWeighting({ ...CONFIG, strategy });
    weighting.observe({ action: 1 });
    expect(weighting.state()).toBeNull();
    weighting.restore(null);
    expect(() => weighting.restore(adaptive().state())).toThrow('another strategy');
    expect(() => adaptive().restore(null)).toThrow('another strategy');
  });
});

describe('normalisation over the window', () => {
  it('makes the weights of all micro-batches sum to 1, in their ratios', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.float({ min: 0, max: 8, noNaN: true }), { maxLength: 6 }), {
          minLength: 1,
          maxLength: 5,
        }),
        (numbers) => {
          const window = numbers.map((each) => Float32Array.from(each));
          const sum = weightSum(window);
          const made = window.map((each) => normalise(each, sum));
          const total = weightSum(made);
          if (sum > 1e-6) expect(Math.abs(total - 1)).toBeLessThan(1e-5);
          else expect(Number.isFinite(total)).toBe(true);
        },
      ),
      { seed: 5 },
    );
  });

  it('is 0 where all weights are 0', () => {
    expect([...normalise(new Float32Array(3), 0)]).toEqual([0, 0, 0]);
  });

  it('is not a mean of means: each token counts the same in batches of any size', () => {
    const window = [Float32Array.of(1, 1, 1), Float32Array.of(1)];
    const sum = weightSum(window);
    expect([...window.map((each) => [...normalise(each, sum)])].flat()).toEqual([
      0.25, 0.25, 0.25, 0.25,
    ]);
    expect([...normalise(window[1]!, sum, 8)]).toEqual([2]);
  });
});

describe('entropy of the teacher', () => {
  const log = (numbers: number[]) => Float32Array.from(numbers, Math.log);

  it('is positive, in nats, over the cells with the tail', () => {
    const logps = log([0.5, 0.25, 0.9, 0.05]);
    const entropies = teacherEntropies({ logps, tailLogp: log([0.25, 0.05]) }, 2);
    const plain = (p: number[]) => p.reduce((sum, x) => sum - x * Math.log(x), 0);
    expect(
      maxDifference(entropies, [plain([0.5, 0.25, 0.25]), plain([0.9, 0.05, 0.05])]),
    ).toBeLessThan(1e-6);
  });

  it.each([
    ['even cells', [1 / 3, 1 / 3], [1 / 3], 1],
    ['one sure token', [1, 0], [0], 0],
    ['no tail, even', [0.5, 0.5], null, 1],
  ] as const)('normalised: %s', (_, top, tail, expected) => {
    const cells = { logps: log([...top]), tailLogp: tail === null ? null : log([...tail]) };
    expect(normalisedEntropies(cells, 2)[0]).toBeCloseTo(expected, 6);
  });

  it('probability 0 in any spelling adds nothing; one cell has no entropy', () => {
    const logps = Float32Array.of(0, -1e4, -1e9, -Infinity);
    expect([...teacherEntropies({ logps, tailLogp: Float32Array.of(-1e4) }, 4)]).toEqual([0]);
    expect([...normalisedEntropies({ logps: Float32Array.of(0), tailLogp: null }, 1)]).toEqual([0]);
  });
});

test('complexity: a |tau_r| + b |tau_a| + g H', () => {
  const sample = { tokensPerKind: [7, 10, 4, 100, 50] };
  const weights = CONFIG.curriculum.complexity;
  expect(complexity(sample, 0.5, weights)).toBe(10 + 2 * 4 + 3 * 0.5);
  expect(complexity({ tokensPerKind: [7, 11, 4, 100, 50] }, 0.5, weights)).toBeGreaterThan(
    complexity(sample, 0.5, weights),
  );
});
