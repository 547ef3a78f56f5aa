import { softmax } from '../../../support/plainDecoder.ts';

/**
 * The objective of Structured Agent Distillation in plain f64 numbers, straight from the formulas: its
 * gradients are taken by finite differences.
 */

/** D over the cells of one position; `hasTail`: the last cell stands for all other tokens. */
export type PlainDivergence = (p: number[], q: number[], hasTail: boolean) => number;

export interface PlainTeacher {
  /** Null for a teacher with another tokenizer: the cells are compared by rank. */
  ids: number[] | null;
  logp: number[];
  /** Null: the cells are the whole vocabulary. */
  tailLogp: number | null;
}

export interface PlainPosition {
  logits: number[];
  label: number;
  weight: number;
  teacher: PlainTeacher | null;
}

export interface PlainOptions {
  kd: number;
  temperature: number;
  /** S = T^power. */
  power: 1 | 2;
  divergence: PlainDivergence;
}

/** w ((1 - kd) CE + kd S D) of one position. */
export function plainLoss(position: PlainPosition, options: PlainOptions): number {
  const { logits, label, weight, teacher } = position;
  const crossEntropy = -Math.log(softmax(logits)[label]!);
  if (teacher === null) return weight * crossEntropy;
  const { kd, temperature, power, divergence } = options;
  const value = divergence(...cellsOf(logits, teacher, temperature));
  return weight * ((1 - kd) * crossEntropy + kd * temperature ** power * value);
}

/** p and q over the cells, the student softened at T (the teacher's scores are already). */
export function cellsOf(
  logits: number[],
  { ids, logp, tailLogp }: PlainTeacher,
  temperature = 1,
): [number[], number[], boolean] {
  const q = [...softmax(logits.map((z) => z / temperature))];
  const p = logp.map(Math.exp);
  const sorted = q.map((_, id) => id).sort((a, b) => q[b]! - q[a]!);
  const kept = ids ?? sorted.slice(0, logp.length);
  const top = kept.map((id) => q[id]!);
  if (tailLogp === null) return [p, top, false];
  const rest = q.reduce((sum, value, id) => (kept.includes(id) ? sum : sum + value), 0);
  return [[...p, Math.exp(tailLogp)], [...top, rest], true];
}

/** Softens a teacher's cells: the tail is taken as spread evenly over the tokens that it holds. */
export function plainSoften(
  { ids, logp, tailLogp }: PlainTeacher,
  temperature: number,
  vocabSize: number,
): PlainTeacher {
  const mass = logp.map((value) => Math.exp(value) ** (1 / temperature));
  const others = vocabSize - logp.length;
  const tail = tailLogp === null ? 0 : others * (Math.exp(tailLogp) / others) ** (1 / temperature);
  const total = mass.reduce((a, b) => a + b, tail);
  return {
    ids,
    logp: mass.map((value) => Math.log(value / total)),
    tailLogp: tailLogp === null ? null : Math.log(tail / total),
  };
}

const xlogx = (x: number, y: number): number => (x === 0 ? 0 : x * Math.log(x / y));

export function plainKl(p: number[], q: number[]): number {
  return p.reduce((sum, x, c) => sum + xlogx(x, q[c]!), 0);
}
