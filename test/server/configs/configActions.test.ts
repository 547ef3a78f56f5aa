import { expect, test } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { configActions } from '../../../server/src/configs/configActions.ts';
import { analysed, BASE, documentOf } from './marks.ts';

const FIX_ALL = 'source.fixAll.deepcoder';

async function actions(text: string, only?: string[]) {
  const document = documentOf(text);
  const range = { start: { line: 0, character: 0 }, end: document.positionAt(text.length) };
  const list = configActions(document, (await analysed(text)).problems, { range, only });
  return { document, list };
}

async function fixedAll(text: string): Promise<string | null> {
  const { document, list } = await actions(BASE + text, [FIX_ALL]);
  const edits = list[0]?.edit?.changes?.[document.uri];
  return edits ? TextDocument.applyEdits(document, edits).slice(BASE.length) : null;
}

test.each([
  [
    'several at once',
    'trian: {stepz: 3}\nlog: {tensorboard: no}\nloss: {type: kll}\n',
    'train: {stepz: 3}\nlog: {tensorboard: false}\nloss: {type: kl}\n',
  ],
  ['a number in quotes', 'train: {steps: "30"}\n', 'train: {steps: 30}\n'],
  ['tabs', 'loss:\n\tkd: 1\n', 'loss:\n  kd: 1\n'],
  ['how a number is written', 'train: {learning_rate: 1e-4}\n', 'train: {learning_rate: 1.0e-4}\n'],
  ['a word that others read as false', 'run: {name: no}\n', "run: {name: 'no'}\n"],
  ['not what would be guessed: a value out of range', 'loss: {kd: 2}\n', null],
  ['not what would be lost: a key that is like none', 'loss: {zzzzzz: 2}\n', null],
  ['nothing wrong', 'train: {steps: 3}\n', null],
])('fix all: %s', async (_, text, expected) => {
  expect(await fixedAll(text)).toBe(expected);
});

test('fix all is offered to who asks for it, quick fixes to others', async () => {
  const text = `${BASE}trian: {}\n`;
  const kinds = async (only?: string[]): Promise<(string | undefined)[]> =>
    (await actions(text, only)).list.map(({ kind }) => kind);
  expect(await kinds()).toEqual(['quickfix', 'quickfix']);
  expect(await kinds(['quickfix'])).toEqual(['quickfix', 'quickfix']);
  expect(await kinds(['source.fixAll'])).toEqual([FIX_ALL]);
  expect(await kinds(['source'])).toEqual([FIX_ALL]);
  expect(await kinds(['refactor'])).toEqual([]);
});
