import { expect, test } from 'vitest';
import { readTurn } from '../../../trainer/src/eval/speak.ts';

test.each([
  ['Thought: a b\nAction: go to bed 1\n', { thought: 'a b', action: 'go to bed 1' }],
  ['Thought: a\nb\nAction:  look \n', { thought: 'a b', action: 'look' }],
  ['Action: look\n', { thought: '', action: 'look' }],
  ['Action: \n', { thought: '', action: '' }],
  ['Thought: a\nAction: look', null],
  ['Thought: a\n', null],
  ['Action: look\nThought: a\n', null],
  ['', null],
])('%j', (text, turn) => {
  expect(readTurn(text)).toEqual(turn);
});
