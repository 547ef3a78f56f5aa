import type { TrainedKind } from '@deepcoder/vocabulary';
import { REASONS } from './reasons.ts';

/** What decides which tokens are learnt: the weights of a config by kind, and its factor of labels. */
export interface SupervisionWeights extends Record<TrainedKind, number> {
  labels: number;
}

/** One entry a token. */
export interface TokenMarks {
  /** `KIND` codes. */
  kinds: Uint8Array;
  /** 1: label text, tags, call syntax or end of turn, inside the agent's turn. */
  glue: Uint8Array;
}

/** Tokens of a whole training text, before anything is cut off. */
export interface MarkedTokens extends TokenMarks {
  /** Indices into `REASONS`. */
  reasons: Uint8Array;
  /** How many first tokens the tokenizer adds, which no cut takes away. */
  prefix: number;
}

export interface LengthLimit {
  /** Tokens. */
  maxLength: number;
  truncate: 'error' | 'drop' | 'left' | 'right';
}

/** What training makes of the tokens of a text. */
export interface SupervisedTokens {
  /** What predicting it counts, before any weighting strategy; 0 where it is cut off, or nothing is before it. */
  weights: Float64Array;
  /** Indices into `REASONS`, by what decides in the end. */
  reasons: Uint8Array;
  /** One past the last token that would be learnt at any length; 0: there is none. */
  needed: number;
  /** How many tokens too long the text is. */
  excess: number;
  /** The tokens from `cutFrom` up to `cutTo` are cut off. */
  cutFrom: number;
  cutTo: number;
}

const MAX_LENGTH = REASONS.indexOf('max_length');
const FIRST = REASONS.indexOf('first');

/**
 * What predicting each token counts, before any weighting strategy: its kind's weight, times `labels` for glue.
 * The first token counts 0: nothing comes before it that could predict it.
 */
export function weighTokens(marks: TokenMarks, supervision: SupervisionWeights): Float64Array {
  return kindWeights(marks, supervision).fill(0, 0, 1);
}

function kindWeights({ kinds, glue }: TokenMarks, supervision: SupervisionWeights): Float64Array {
  const { reasoning, action, observation, other, labels } = supervision;
  const byKind = [0, reasoning, action, observation, other];
  const weights = new Float64Array(kinds.length);
  for (let token = 0; token < weights.length; token++) {
    const weight = byKind[kinds[token] ?? 0] ?? 0;
    weights[token] = glue[token] === 1 ? weight * labels : weight;
  }
  return weights;
}

/** Weighs the tokens of a text and cuts it to `max_length`, as `truncate` says. */
export function superviseTokens(
  tokens: MarkedTokens,
  supervision: SupervisionWeights,
  limit: LengthLimit,
): SupervisedTokens {
  const count = tokens.kinds.length;
  const needed = weighTokens(tokens, supervision).findLastIndex((weight) => weight > 0) + 1;
  // A text is needed up to its last target: what comes after is not what makes it too long.
  const excess = Math.max(0, (needed === 0 ? count : needed) - limit.maxLength);
  const [cutFrom, cutTo] =
    limit.truncate === 'left'
      ? [tokens.prefix, Math.min(count, tokens.prefix + excess)]
      : [excess > 0 ? limit.maxLength : count, count];
  const first = cutFrom === 0 && cutTo < count ? cutTo : 0;
  const weights = kindWeights(tokens, supervision);
  const reasons = tokens.reasons.slice();
  if ((weights[first] ?? 0) > 0) reasons[first] = FIRST;
  weights.fill(0, first, first + 1);
  weights.fill(0, cutFrom, cutTo);
  if (needed > 0) reasons.fill(MAX_LENGTH, cutFrom, cutTo);
  return { weights, reasons, needed, excess, cutFrom, cutTo };
}

type Cut = Pick<SupervisedTokens, 'cutFrom' | 'cutTo'>;

/** Where a token stands in what is left of the text; -1: it is cut off. */
export function placeOf({ cutFrom, cutTo }: Cut, token: number): number {
  if (token < cutFrom) return token;
  return token < cutTo ? -1 : token - (cutTo - cutFrom);
}

/** The values of the tokens that are left, up to the last one that is learnt. */
export function keptOf<A extends Int32Array | Uint8Array>(
  { cutFrom, cutTo, weights }: Cut & Pick<SupervisedTokens, 'weights'>,
  values: A,
): A {
  const end = weights.findLastIndex((weight) => weight > 0) + 1;
  if (end <= cutFrom) return values.slice(0, end) as A;
  const kept = new (values.constructor as new (length: number) => A)(end - (cutTo - cutFrom));
  kept.set(values.subarray(0, cutFrom));
  kept.set(values.subarray(cutTo, end), cutFrom);
  return kept;
}

/** The supervised targets of one sample, in its own positions. */
export interface ShiftedTargets {
  /** Position that predicts. */
  index: number[];
  /** Position of the label, always `index + 1`. */
  offset: number[];
}

/**
 * The one place where labels are shifted: the token at t + 1 is the label that position t predicts, and its kind
 * and glue decide the weight there. Kept are labels whose weight is above 0.
 */
export function shiftTargets(marks: TokenMarks, supervision: SupervisionWeights): ShiftedTargets {
  const weights = weighTokens(marks, supervision);
  const shifted: ShiftedTargets = { index: [], offset: [] };
  weights.forEach((weight, label) => {
    if (weight <= 0) return;
    shifted.index.push(label - 1);
    shifted.offset.push(label);
  });
  return shifted;
}
