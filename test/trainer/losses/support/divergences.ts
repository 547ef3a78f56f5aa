import type { Divergence } from '../../../../trainer/src/losses/divergence.ts';
import { divergenceByName } from '../../../../trainer/src/losses/divergenceByName.ts';
import { type PlainDivergence, plainKl } from './oracle.ts';

export const PARAMETERS = {
  alpha: 0.5,
  gamma: 2,
  beta: 0.5,
  lambda: null,
  generalizedJsd: false,
};

/** A divergence with its formula in plain numbers. */
export interface DivergenceCase {
  name: string;
  divergence: Divergence;
  power: 1 | 2;
  plain: PlainDivergence;
  /**
   * The formula around the cells at which the gradient is taken: what counts as constant there keeps the
   * value that it has at those cells. Without it, nothing is constant.
   */
  frozen?: (p: number[], q: number[], hasTail: boolean) => PlainDivergence;
}

const sum = (numbers: number[]): number => numbers.reduce((a, b) => a + b, 0);
const reverseKl: PlainDivergence = (p, q) => plainKl(q, p);
const mixed = (p: number[], q: number[], share: number): number[] =>
  p.map((x, c) => share * x + (1 - share) * q[c]!);

function symmetric(lambda: number): PlainDivergence {
  return (p, q) => (1 - lambda) * plainKl(p, q) + lambda * plainKl(q, p);
}

function jsd(beta: number, divisor: number): PlainDivergence {
  return (p, q) => {
    const m = mixed(p, q, beta);
    return (beta * plainKl(p, m) + (1 - beta) * plainKl(q, m)) / divisor;
  };
}

function alpha(a: number): PlainDivergence {
  return (p, q) => (sum(p.map((x, c) => x ** a * q[c]! ** (1 - a))) - 1) / (a * (a - 1));
}

function skew(lambda: number): PlainDivergence {
  return (p, q) => plainKl(p, mixed(p, q, lambda));
}

const wasserstein: PlainDivergence = (p, q) => {
  const gaps = p.map((_, r) => sum(p.slice(0, r + 1)) - sum(q.slice(0, r + 1)));
  return sum(gaps.map(Math.abs)) / (p.length - 1);
};

const uld: PlainDivergence = (p, q) => sum(p.map((x, r) => Math.abs(x - q[r]!)));

const focalWeight = (q: number[], gamma: number): number => (1 - q[0]!) ** gamma;

/** The head's share of the gap: tokens from the top until half of the mass is reached. */
function headShare(p: number[], q: number[], hasTail: boolean): number {
  const gaps = p.map((x, c) => Math.abs(x - q[c]!));
  let before = 0;
  let head = 0;
  for (let c = 0; c < p.length - (hasTail ? 1 : 0); c++) {
    if (before < 0.5) head += gaps[c]!;
    before += p[c]!;
  }
  const total = sum(gaps);
  return total === 0 ? 0 : head / total;
}

const adaptiveMix =
  (a: number): PlainDivergence =>
  (p, q) =>
    a * plainKl(p, q) + (1 - a) * plainKl(q, p);

function byName(
  name: string,
  change: Partial<typeof PARAMETERS> | { lambda: number } = {},
): Divergence {
  return divergenceByName(name, { ...PARAMETERS, ...change });
}

export const DIVERGENCE_CASES: DivergenceCase[] = [
  { name: 'kl', divergence: byName('kl'), power: 2, plain: plainKl },
  { name: 'reverse_kl', divergence: byName('reverse_kl'), power: 2, plain: reverseKl },
  { name: 'symmetric', divergence: byName('symmetric'), power: 2, plain: symmetric(0.5) },
  {
    name: 'symmetric, lambda 0.2',
    divergence: byName('symmetric', { lambda: 0.2 }),
    power: 2,
    plain: symmetric(0.2),
  },
  { name: 'jsd', divergence: byName('jsd'), power: 2, plain: jsd(0.5, 0.25) },
  {
    name: 'jsd, beta 0.1',
    divergence: byName('jsd', { beta: 0.1 }),
    power: 2,
    plain: jsd(0.1, 0.09),
  },
  {
    name: 'generalized jsd, beta 0.7',
    divergence: byName('jsd', { beta: 0.7, generalizedJsd: true }),
    power: 2,
    plain: jsd(0.7, 1),
  },
  { name: 'alpha', divergence: byName('alpha'), power: 2, plain: alpha(0.5) },
  { name: 'alpha 0.2', divergence: byName('alpha', { alpha: 0.2 }), power: 2, plain: alpha(0.2) },
  { name: 'alpha 0.9', divergence: byName('alpha', { alpha: 0.9 }), power: 2, plain: alpha(0.9) },
  { name: 'skew_kl', divergence: byName('skew_kl'), power: 2, plain: skew(0.1) },
  {
    name: 'skew_kl, lambda 0.6',
    divergence: byName('skew_kl', { lambda: 0.6 }),
    power: 2,
    plain: skew(0.6),
  },
  { name: 'wasserstein', divergence: byName('wasserstein'), power: 1, plain: wasserstein },
  { name: 'uld', divergence: byName('uld'), power: 1, plain: uld },
  {
    name: 'focal',
    divergence: byName('focal'),
    power: 2,
    plain: (p, q) => focalWeight(q, 2) * plainKl(p, q),
    frozen: (_, at) => (p, q) => focalWeight(at, 2) * plainKl(p, q),
  },
  {
    name: 'focal, gamma 0.5',
    divergence: byName('focal', { gamma: 0.5 }),
    power: 2,
    plain: (p, q) => focalWeight(q, 0.5) * plainKl(p, q),
    frozen: (_, at) => (p, q) => focalWeight(at, 0.5) * plainKl(p, q),
  },
  {
    name: 'adaptive',
    divergence: byName('adaptive'),
    power: 2,
    plain: (p, q, hasTail) => adaptiveMix(headShare(p, q, hasTail))(p, q, hasTail),
    frozen: (p, q, hasTail) => adaptiveMix(headShare(p, q, hasTail)),
  },
];
