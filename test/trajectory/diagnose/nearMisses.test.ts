import { applyEdits, diagnose, fixesFor, parse } from '@deepcoder/trajectory';
import { expect, test } from 'vitest';

const STEP = 'Thought 1: b\nAction 1: c\nObservation 1: d\n';

function chat(...messages: object[]): string {
  return JSON.stringify({ messages });
}

const ASKED = { role: 'user', content: 'a' };
const SAID = { role: 'assistant', content: 'b' };

test.each([
  [
    'a letter is missing',
    `Task: a\n${STEP}Thought 2: e\nAction 2: f\nObseration 2: g\n`,
    'Observation',
  ],
  ['two are swapped', `Task: a\n${STEP}Thought 2: e\nAciton 2: f\nObservation 2: g\n`, 'Action'],
  ['one is another', `Task: a\n${STEP}Thougjt 2: e\nAction 2: f\nObservation 2: g\n`, 'Thought'],
  ['bold', `Task: a\n${STEP}**Thougth 2**: e\nAction 2: f\nObservation 2: g\n`, 'Thought'],
  [
    'no numbers',
    'Task: a\nThought: b\nAction: c\nObservaton: d\nThought: e\nAction: f\n',
    'Observation',
  ],
  ['a key of one message', chat(ASKED, SAID, { role: 'user', contnet: 'c' }, SAID), 'content'],
  ['a role', chat(ASKED, SAID, { rloe: 'user', content: 'c' }, SAID), 'role'],
  [
    'the list of one record',
    `${chat(ASKED, SAID)}\n${chat(ASKED, SAID).replace('messages', 'mesages')}\n`,
    'messages',
  ],
])('is told, and mended: %s', (_, text, meant) => {
  const parsed = parse(text);
  const found = diagnose(text, parsed).filter(({ code }) => code === 'near-miss');
  expect(found).toHaveLength(1);
  expect(found[0]!.message).toContain(`did you mean \`${meant}\`?`);
  const [fix] = fixesFor(text, parsed, found[0]!);
  const mended = applyEdits(text, fix!.edits);
  expect(mended.slice(found[0]!.start)).toMatch(new RegExp(`^${meant}`));
  expect(diagnose(mended, parse(mended)).filter(({ code }) => code === 'near-miss')).toEqual([]);
});

test.each([
  ['a line of an observation', `${STEP}Thought 2: e\nAction 2: f\nObservation 2: g\nNote: h\n`],
  ['a plural', `Task: a\n${STEP}Thought 2: e\nActions: look, take\nAction 2: f\n`],
  ['another word', `Task: a\n${STEP}Reaction: none\nThought 2: e\nAction 2: f\n`],
  ['prose', 'Acton: a town in England.\nThoughtful: a word.\n'],
  ['a key that others have too', chat({ ...ASKED, context: 1 }, { ...SAID, context: 2 }, ASKED)],
  ['a key beside the one it is near to', chat({ ...ASKED, contents: 1 }, SAID, ASKED, SAID)],
  ['few siblings', chat(ASKED, { role: 'assistant', contnet: 'b' })],
])('is left in peace: %s', (_, text) => {
  const found = diagnose(text, parse(text)).filter(({ code }) => code === 'near-miss');
  expect(found).toEqual([]);
});
