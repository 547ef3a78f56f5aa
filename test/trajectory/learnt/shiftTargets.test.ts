import { describe, expect, it } from 'vitest';
import { KIND } from '@deepcoder/vocabulary';
import { shiftTargets } from '@deepcoder/trajectory';
import pinned from '../../fixtures/data/shift.json' with { type: 'json' };

const WEIGHTS = { reasoning: 1, action: 1, observation: 0, other: 0, labels: 1 };

describe('shiftTargets', () => {
  it('lets position t predict the label at t + 1, as pinned', () => {
    const kinds = Uint8Array.from(pinned.kinds, (name) => KIND[name as keyof typeof KIND]);
    const glue = Uint8Array.from(pinned.glue);
    const { index, offset } = shiftTargets({ kinds, glue }, WEIGHTS);
    expect(index.map((t, i) => [pinned.tokens[t], pinned.tokens[offset[i]!]])).toEqual(
      pinned.predicts,
    );
  });

  it.each<[string, { kinds: number[]; glue: number[] }, Partial<typeof WEIGHTS>, number[]]>([
    ['the first token is never a label', { kinds: [1], glue: [0] }, {}, []],
    ['nor is a token without kind', { kinds: [0, 0, 1], glue: [0, 0, 0] }, {}, [1]],
    [
      'observations once weighted',
      { kinds: [0, 3, 1], glue: [0, 0, 0] },
      { observation: 1 },
      [0, 1],
    ],
    ['glue without weight', { kinds: [0, 1, 1], glue: [0, 1, 0] }, { labels: 0 }, [1]],
    ['a kind without weight', { kinds: [0, 1, 2], glue: [0, 0, 0] }, { reasoning: 0 }, [1]],
    ['nothing', { kinds: [], glue: [] }, {}, []],
  ])('%s', (_, { kinds, glue }, weights, index) => {
    const sample = { kinds: Uint8Array.from(kinds), glue: Uint8Array.from(glue) };
    const shifted = shiftTargets(sample, { ...WEIGHTS, ...weights });
    expect(shifted.index).toEqual(index);
    expect(shifted.offset).toEqual(index.map((t: number) => t + 1));
  });
});
