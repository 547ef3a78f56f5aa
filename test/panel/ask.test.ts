import { expect, test } from 'vitest';
import { newest } from '../../client/panel/src/inspector/ask.ts';

test('only the answer to the last question counts, in whatever order they come', async () => {
  const answers = new Map<number, (answer: string) => void>();
  const ask = newest(
    (of: number) => new Promise<string>((resolve) => void answers.set(of, resolve)),
  );
  const [first, second] = [ask(1), ask(2)];
  answers.get(2)!('two');
  answers.get(1)!('one');
  expect(await Promise.all([first, second])).toEqual([null, 'two']);
  const third = ask(3);
  answers.get(3)!('three');
  expect(await third).toBe('three');
});
