import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KIND, type TokenKind } from '@deepcoder/vocabulary';
import type { Segment } from '../../../trainer/src/data/render/rendered.ts';
import { tokenKinds } from '../../../trainer/src/data/tokenKinds.ts';

const REASONING = { kind: KIND.reasoning, glue: false, reason: 'content' } as const;
const GLUE = { kind: KIND.action, glue: true, reason: 'label' } as const;

describe('tokenKinds', () => {
  it.each<[string, string, [number, number], [number, number]]>([
    ['inside', 'aa|bb', [3, 5], [KIND.action, 1]],
    ['its first character that is no space decides', 'aa |b', [2, 4], [KIND.action, 1]],
    ['also when most of it lies elsewhere', 'aab |', [1, 5], [KIND.reasoning, 0]],
    ['all space: its first character', 'aa\n\nb', [1, 4], [KIND.reasoning, 0]],
    ['a space token goes with the segment it is in', 'aa\n\nb', [2, 4], [KIND.action, 1]],
    ['in no segment', 'aa|bb|', [5, 6], [KIND.none, 0]],
    ['without width', 'aa|bb', [0, 0], [KIND.reasoning, 0]],
  ])('%s', (_, text, [start, end], [kind, glue]) => {
    const segments: Segment[] = [
      { start: 0, end: 2, ...REASONING },
      { start: 2, end: 5, ...GLUE },
    ];
    const marks = tokenKinds(text, Int32Array.of(start, end), segments);
    expect([marks.kinds[0], marks.glue[0]]).toEqual([kind, glue]);
  });

  it('agrees with looking at every character, for any text, tokens and segments', () => {
    const parts = fc.array(fc.record({ gap: fc.nat(2), length: fc.integer({ min: 1, max: 4 }) }));
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), parts, parts, (text, tokens, spans) => {
        const cut = (some: typeof tokens): [number, number][] => {
          let at = 0;
          return some.flatMap(({ gap, length }) => {
            const start = at + gap;
            at = start + length;
            return at <= text.length ? [[start, at] as [number, number]] : [];
          });
        };
        const segments = cut(spans).map(([start, end], i): Segment => {
          return {
            start,
            end,
            kind: ((i % 4) + 1) as TokenKind,
            glue: i % 3 === 0,
            reason: 'content',
          };
        });
        const ranges = cut(tokens);
        const { kinds, glue } = tokenKinds(text, Int32Array.from(ranges.flat()), segments);
        ranges.forEach(([start, end], i) => {
          const inner = text.slice(start, end).search(/\S/);
          const at = start + Math.max(0, inner);
          const own = segments.filter((segment) => segment.start <= at && at < segment.end);
          expect(own.length).toBeLessThanOrEqual(1);
          expect(kinds[i]).toBe(own[0]?.kind ?? 0);
          expect(glue[i]).toBe(own[0]?.glue === true ? 1 : 0);
        });
      }),
      { seed: 3, numRuns: 300 },
    );
  });
});
