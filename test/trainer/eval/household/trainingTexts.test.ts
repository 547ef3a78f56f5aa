import { KIND } from '@deepcoder/vocabulary';
import { expect, test } from 'vitest';
import { lexicon } from '../../../../trainer/src/eval/household/lexicon.ts';
import { trainingTexts } from '../../../../trainer/src/eval/household/trainingTexts.ts';
import { expertEpisode } from '../../../../trainer/src/eval/household/expertEpisode.ts';
import { prepareData } from '../../../../trainer/src/data/prepareData.ts';
import { reactText } from '../../../../trainer/src/eval/reactText.ts';
import { SETTINGS, WEIGHTS } from '../../data/prepareSupport.ts';
import { byteTokenizer } from '../../tokenizer/byteTokenizer.ts';

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
  ['faults=1', 'faults must be a share from 0 to below 1, got "1"'],
  ['faults=-0.1', 'faults must be a share from 0 to below 1, got "-0.1"'],
  ['seed=-1', 'seed must be a whole number, got "-1"'],
])('%s is refused', (query, message) => {
  expect(() => read(query)).toThrow(message);
});

test('with faults some turns come after one that is refused, and the game is won all the same', () => {
  const plain = read('games=60&seed=9');
  const faulty = read('games=60&seed=9&faults=0.2');
  const refused =
    /Thought: (.*)\nAction: (.*)\nObservation: Nothing happens\.\nThought: (.*)\nAction: (.*)\n/g;
  let count = 0;
  for (const [index, { text }] of faulty.entries()) {
    for (const [, meant, done, again, instead] of text.matchAll(refused)) {
      count++;
      expect([again, instead === done]).toEqual([meant, false]);
    }
    // Without the stumbles it is the episode that it would have been.
    const mended = text.replace(/Thought: .*\nAction: .*\nObservation: Nothing happens\.\n/g, '');
    expect(mended).toBe(plain[index]!.text);
  }
  const turns = plain.reduce((sum, { text }) => sum + text.split('Action:').length - 1, 0);
  expect(count / turns).toBeGreaterThan(0.15);
  expect(count / turns).toBeLessThan(0.25);
});

test('what is refused is context and never learnt, with mask_steps', async () => {
  const deps = {
    ...{ tokenizer: await byteTokenizer(), cwd: '.', now: () => 0, workers: 0, workerUrl: null },
    environments: { household: trainingTexts },
  };
  const actionTokens = async (query: string, maskSteps: 'invalid_action'[]): Promise<number> => {
    const train = [`env:household?games=20&seed=9${query}`];
    const data = { ...SETTINGS, train, render: 'raw' as const, maskSteps };
    const { train: samples } = await prepareData({ data, weights: WEIGHTS }, deps);
    return samples.reduce((sum, one) => sum + one.tokensPerKind[KIND.action]!, 0);
  };
  const plain = await actionTokens('', []);
  expect(await actionTokens('&faults=0.3', [])).toBeGreaterThan(plain * 1.2);
  expect(await actionTokens('&faults=0.3', ['invalid_action'])).toBe(plain);
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
