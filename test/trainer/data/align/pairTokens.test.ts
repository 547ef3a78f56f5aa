import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pairTokens } from '../../../../trainer/src/data/align/pairTokens.ts';

/** Tokens of these lengths, one after the other; of some the first character is in no token (a blank). */
function offsetsOf(lengths: readonly { length: number; gap: boolean }[]): Int32Array {
  let at = 0;
  return Int32Array.from(
    lengths.flatMap(({ length, gap }) => {
      const start = at + (gap && length > 1 ? 1 : 0);
      at += length;
      return [start, at];
    }),
  );
}

const tokensOf = (gap: fc.Arbitrary<boolean>) =>
  fc.array(fc.record({ length: fc.integer({ min: 1, max: 6 }), gap }), {
    minLength: 1,
    maxLength: 30,
  });

const shifts = fc.record({ shift: fc.nat(5), from: fc.nat(5) });

function pairsOf(
  ours: Parameters<typeof offsetsOf>[0],
  others: Parameters<typeof offsetsOf>[0],
  { shift, from }: { shift: number; from: number },
) {
  const own = offsetsOf(ours);
  const theirs = offsetsOf(others).map((offset) => offset + shift);
  const length = Math.min(own.at(-1)!, theirs.at(-1)! - shift) - from;
  fc.pre(length > 0);
  return {
    own,
    theirs,
    length,
    pairs: pairTokens({ own: from, theirs: from + shift, length }, own, theirs),
  };
}

test('pairs say the same characters, follow each other, and cannot be cut further', () => {
  const tokens = tokensOf(fc.constant(false));
  fc.assert(
    fc.property(tokens, tokens, shifts, (ours, others, at) => {
      const { own, theirs, length, pairs } = pairsOf(ours, others, at);
      const cuts = (offsets: Int32Array, from: number): number[] =>
        [0, ...offsets.filter((_, i) => i % 2 === 1)].filter(
          (cut) => cut >= from && cut <= from + length,
        );
      const theirCuts = new Set([at.shift, ...cuts(theirs, at.from + at.shift)]);
      const both = cuts(own, at.from).filter((cut) => theirCuts.has(cut + at.shift));
      const found = pairs.map((pair) => [
        own[2 * pair.ownFirst]!,
        own[2 * pair.ownEnd - 1]!,
        theirs[2 * pair.theirsFirst]! - at.shift,
        theirs[2 * pair.theirsEnd - 1]! - at.shift,
      ]);
      // Every stretch between two neighbouring cuts that both have is a pair.
      expect(found).toEqual(both.slice(1).map((end, i) => [both[i]!, end, both[i]!, end]));
    }),
    { numRuns: 2000 },
  );
});

test('blanks that are in no token of one side part nothing', () => {
  const tokens = tokensOf(fc.boolean());
  fc.assert(
    fc.property(tokens, tokens, shifts, (ours, others, at) => {
      const { own, theirs, length, pairs } = pairsOf(ours, others, at);
      let last = { ownEnd: 0, theirsEnd: 0 };
      for (const pair of pairs) {
        expect(pair.ownFirst).toBeGreaterThanOrEqual(last.ownEnd);
        expect(pair.theirsFirst).toBeGreaterThanOrEqual(last.theirsEnd);
        expect(pair.ownEnd).toBeGreaterThan(pair.ownFirst);
        expect(pair.theirsEnd).toBeGreaterThan(pair.theirsFirst);
        last = pair;
        const [start, end] = [own[2 * pair.ownFirst]!, own[2 * pair.ownEnd - 1]!];
        expect(Math.abs(start - theirs[2 * pair.theirsFirst]! + at.shift)).toBeLessThanOrEqual(1);
        expect(Math.abs(end - theirs[2 * pair.theirsEnd - 1]! + at.shift)).toBeLessThanOrEqual(1);
        expect(start).toBeGreaterThanOrEqual(at.from);
        expect(end).toBeLessThanOrEqual(at.from + length);
      }
    }),
    { numRuns: 2000 },
  );
});

test('tokens of one character are never parted', () => {
  // "a😀b": the smiling face is four tokens to the one, one to the other.
  const own = Int32Array.from([0, 1, 1, 3, 1, 3, 1, 3, 1, 3, 3, 4]);
  const theirs = Int32Array.from([0, 1, 1, 3, 3, 4]);
  expect(pairTokens({ own: 0, theirs: 0, length: 4 }, own, theirs)).toEqual([
    { ownFirst: 0, ownEnd: 1, theirsFirst: 0, theirsEnd: 1 },
    { ownFirst: 1, ownEnd: 5, theirsFirst: 1, theirsEnd: 2 },
    { ownFirst: 5, ownEnd: 6, theirsFirst: 2, theirsEnd: 3 },
  ]);
});

test('a token that reaches over an end of the stretch is in no pair', () => {
  const own = Int32Array.from([0, 3, 3, 6, 6, 10]);
  const theirs = Int32Array.from([0, 6, 6, 9, 9, 10]);
  expect(pairTokens({ own: 1, theirs: 1, length: 8 }, own, theirs)).toEqual([]);
  expect(pairTokens({ own: 0, theirs: 0, length: 8 }, own, theirs)).toEqual([
    { ownFirst: 0, ownEnd: 2, theirsFirst: 0, theirsEnd: 1 },
  ]);
});
