import { expect, test } from 'vitest';
import { lexicon } from '../../../../trainer/src/eval/household/lexicon.ts';
import { trainingTexts } from '../../../../trainer/src/eval/household/trainingTexts.ts';
import { expertEpisode } from '../../../../trainer/src/eval/household/expertEpisode.ts';
import { reactText } from '../../../../trainer/src/eval/reactText.ts';

const read = (query: string): { id: string; text: string }[] => [
  ...trainingTexts(new URLSearchParams(query)),
];

test('as many as asked for, each its own', () => {
  const texts = read('games=40&seed=9');
  expect(texts).toHaveLength(40);
  expect(new Set(texts.map((one) => one.id)).size).toBe(40);
  expect(read('games=10&seed=9')).toEqual(texts.slice(0, 10));
  expect(read('games=40&seed=10').map((one) => one.text)).not.toEqual(texts.map((one) => one.text));
});

test.each([
  ['gmaes=3', '"gmaes" is no parameter'],
  ['games=0', 'games must be a whole number from 1, got "0"'],
  ['games=x', 'games must be a whole number from 1, got "x"'],
  ['seed=-1', 'seed must be a whole number, got "-1"'],
])('%s is refused', (query, message) => {
  expect(() => read(query)).toThrow(message);
});

const wordsOf = (text: string): string[] => text.match(/\n| ?[\p{L}\p{N}]+| ?[^\s\p{L}\p{N}]/gu)!;

test('the lexicon knows every word of every game, and there are at least 300', () => {
  const known = new Set(wordsOf(lexicon()));
  const used = new Set<string>();
  for (const split of ['train', 'test'] as const) {
    for (let index = 0; index < 1500; index += 1) {
      for (const word of wordsOf(reactText(expertEpisode({ split, seed: 4, index }))))
        used.add(word);
    }
  }
  expect([...used].filter((word) => !known.has(word))).toEqual([]);
  expect([...used].filter((word) => /[a-z]/.test(word)).length).toBeGreaterThanOrEqual(300);
});
