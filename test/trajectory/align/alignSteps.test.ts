import { alignSteps, type ComparedStep } from '@deepcoder/trajectory';
import { describe, expect, test } from 'vitest';

const step = (action: string, rest = ''): ComparedStep => ({ action, text: `${action}\n${rest}` });
const steps = (...actions: string[]): ComparedStep[] => actions.map((action) => step(action));

describe('alignSteps', () => {
  test.each<[string, ComparedStep[], ComparedStep[], (readonly [number, number])[]]>([
    ['nothing', [], [], []],
    [
      'equal ones',
      steps('a', 'b'),
      steps('a', 'b'),
      [
        [0, 0],
        [1, 1],
      ],
    ],
    [
      'one more at the beginning',
      steps('b', 'c'),
      steps('a', 'b', 'c'),
      [
        [-1, 0],
        [0, 1],
        [1, 2],
      ],
    ],
    [
      'one more in the middle',
      steps('a', 'x y z', 'c'),
      steps('a', 'c'),
      [
        [0, 0],
        [1, -1],
        [2, 1],
      ],
    ],
    [
      'others altogether',
      steps('go north'),
      steps('take lamp'),
      [
        [0, -1],
        [-1, 0],
      ],
    ],
    [
      'the same action with another result',
      [step('ls', 'one two'), step('cat a', 'text')],
      [step('ls', 'three four'), step('cat a', 'text')],
      [
        [0, 0],
        [1, 1],
      ],
    ],
    [
      'an action that was put otherwise',
      steps('look', 'open the big red door', 'leave'),
      steps('look', 'wait here', 'open the red door', 'leave'),
      [
        [0, 0],
        [-1, 1],
        [1, 2],
        [2, 3],
      ],
    ],
    [
      'one that has none',
      steps('a', 'b'),
      [],
      [
        [0, -1],
        [1, -1],
      ],
    ],
  ])('%s', (_, left, right, pairs) => {
    expect(alignSteps(left, right)).toEqual(pairs);
  });

  test('every step stands somewhere, once, in its order', () => {
    const words = ['go', 'take', 'open', 'look', 'put', 'lamp', 'door', 'box'];
    let seed = 7;
    const random = (below: number): number => (seed = (seed * 48271) % 2147483647) % below;
    const some = (): ComparedStep[] =>
      Array.from({ length: random(30) }, () => step(`${words[random(8)]!} ${words[random(8)]!}`));
    for (let i = 0; i < 100; i += 1) {
      const [left, right] = [some(), some()];
      const pairs = alignSteps(left, right);
      const of = (side: 0 | 1): number[] => pairs.map((pair) => pair[side]).filter((at) => at >= 0);
      expect(of(0)).toEqual(left.map((_, at) => at));
      expect(of(1)).toEqual(right.map((_, at) => at));
      expect(pairs).not.toContainEqual([-1, -1]);
    }
  });

  test('thousands of other steps stand in their order', () => {
    const many = (name: string): ComparedStep[] =>
      Array.from({ length: 2100 }, (_, i) => step(`${name} ${i}`));
    expect(alignSteps(many('a'), many('b')).slice(0, 2)).toEqual([
      [0, 0],
      [1, 1],
    ]);
  });
});
