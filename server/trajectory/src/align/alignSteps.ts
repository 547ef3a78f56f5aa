import { wordHash } from '../text/wordHash.ts';

/** What a step is compared by. */
export interface ComparedStep {
  /** What the agent did, the call or its words. */
  action: string;
  /** All of it. */
  text: string;
}

/** Places of two steps that stand side by side; -1: the other has none like it. */
export type StepPair = readonly [left: number, right: number];

/** Steps that have less in common than this are no versions of each other. */
const LEAST_ALIKE = 0.3;
/** Beyond so many pairs of steps, those that are left over stand side by side in their order. */
const MOST_PAIRS = 4_000_000;

/**
 * Which steps of one record stand beside which of another, in the order of both: such that the sum of how much
 * paired steps are alike, beyond `LEAST_ALIKE`, is the largest there is.
 */
export function alignSteps(
  left: readonly ComparedStep[],
  right: readonly ComparedStep[],
): StepPair[] {
  let begin = 0;
  const least = Math.min(left.length, right.length);
  while (begin < least && left[begin]!.text === right[begin]!.text) begin += 1;
  let end = 0;
  while (end < least - begin && left.at(-1 - end)!.text === right.at(-1 - end)!.text) end += 1;
  const inner = {
    left: left.slice(begin, left.length - end),
    right: right.slice(begin, right.length - end),
  };
  const isLong = inner.left.length * inner.right.length > MOST_PAIRS;
  const between = isLong ? inOrder(inner) : bestPairs(inner);
  const pairs: StepPair[] = Array.from({ length: begin }, (_, i) => [i, i] as const);
  for (const [a, b] of between) pairs.push([a < 0 ? -1 : a + begin, b < 0 ? -1 : b + begin]);
  for (let i = end; i > 0; i -= 1) pairs.push([left.length - i, right.length - i]);
  return pairs;
}

interface Both {
  left: readonly ComparedStep[];
  right: readonly ComparedStep[];
}

function inOrder({ left, right }: Both): StepPair[] {
  return Array.from({ length: Math.max(left.length, right.length) }, (_, i) => [
    i < left.length ? i : -1,
    i < right.length ? i : -1,
  ]);
}

/** Needleman and Wunsch's alignment, with gaps that cost nothing. */
function bestPairs({ left, right }: Both): StepPair[] {
  const [a, b] = [left, right].map((steps) => steps.map(signature)) as [Signature[], Signature[]];
  const width = right.length + 1;
  const best = new Float32Array((left.length + 1) * width);
  for (let i = left.length - 1; i >= 0; i -= 1) {
    for (let j = right.length - 1; j >= 0; j -= 1) {
      const paired = best[(i + 1) * width + j + 1]! + alike(a[i]!, b[j]!) - LEAST_ALIKE;
      const apart = Math.max(best[(i + 1) * width + j]!, best[i * width + j + 1]!);
      best[i * width + j] = Math.max(paired, apart);
    }
  }
  const pairs: StepPair[] = [];
  let [i, j] = [0, 0];
  while (i < left.length && j < right.length) {
    const here = best[i * width + j]!;
    if (here === best[(i + 1) * width + j]) pairs.push([i++, -1]);
    else if (here === best[i * width + j + 1]) pairs.push([-1, j++]);
    else pairs.push([i++, j++]);
  }
  while (i < left.length) pairs.push([i++, -1]);
  while (j < right.length) pairs.push([-1, j++]);
  return pairs;
}

/** The words of a step, as bits by their hashes. */
interface Signature {
  action: string;
  actionWords: WordBits;
  words: WordBits;
}

interface WordBits {
  bits: Int32Array;
  /** How many are set. */
  count: number;
}

const BITS = 256;
/** So much of a step's text tells what it is. */
const MOST_CHARACTERS = 2000;
/** Of what the agent did, against all that the step has. */
const ACTION_WEIGHT = 0.6;

function signature({ action, text }: ComparedStep): Signature {
  return { action, actionWords: wordBits(action), words: wordBits(text) };
}

function wordBits(text: string): WordBits {
  const bits = new Int32Array(BITS / 32);
  for (const [word] of text.slice(0, MOST_CHARACTERS).matchAll(/[\p{L}\p{N}_]+/gu)) {
    const bit = wordHash(word) % BITS;
    bits[bit >> 5]! |= 1 << (bit & 31);
  }
  return { bits, count: bits.reduce((sum, some) => sum + ones(some), 0) };
}

/** From 0 to 1. */
function alike(a: Signature, b: Signature): number {
  const actions = a.action === b.action ? 1 : dice(a.actionWords, b.actionWords);
  return ACTION_WEIGHT * actions + (1 - ACTION_WEIGHT) * dice(a.words, b.words);
}

/** Dice's coefficient: twice what both have, over what each has. */
function dice(a: WordBits, b: WordBits): number {
  const all = a.count + b.count;
  if (all === 0) return 1;
  let both = 0;
  for (let i = 0; i < BITS / 32; i += 1) both += ones(a.bits[i]! & b.bits[i]!);
  return (2 * both) / all;
}

function ones(bits: number): number {
  let n = bits - ((bits >>> 1) & 0x55555555);
  n = (n & 0x33333333) + ((n >>> 2) & 0x33333333);
  return Math.imul((n + (n >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
