import { describe, expect, test } from 'vitest';
import { definition, references } from '../../../../server/src/trajectories/features/definition.ts';
import { documentHighlight } from '../../../../server/src/trajectories/features/documentHighlight.ts';
import { open } from './cursor.ts';

const CALL = (id: string, name: string): string =>
  `{"id":"${id}","function":{"name":"${name}","arguments":"{}"}}`;
const RESULT = (id: string, text: string): string =>
  `{"role":"tool","tool_call_id":"${id}","content":"${text}"}`;
const CHAT = `{"messages":[{"role":"user","content":"q"},{"role":"assistant","content":"hm","tool_calls":[${CALL('1', 'ls')},${CALL('2', 'cat')}]},${RESULT('2', 'second')},${RESULT('1', 'first')}]}\n{}\n`;
const REACT = 'Question: q\nThought: a\nAction: go[north]\nObservation: a door\nThought: done\n';

/** The texts that a request leads to from where the cursor is put. */
function texts(text: string, at: string, name: string) {
  const { document, position } = open(text.replace(at, `‸${at}`), { name });
  const textOf = (range: Parameters<typeof document.getText>[0]): string => document.getText(range);
  return {
    definition: (definition(document, position) ?? []).map((one) => textOf(one.targetRange)),
    references: (references(document, position) ?? []).map(({ range }) => textOf(range)),
    highlight: (documentHighlight(document, position) ?? []).map(
      ({ range, kind }) => `${textOf(range)} ${kind}`,
    ),
  };
}

describe('a call and its result', () => {
  test.each([
    ['from a call, by id', CHAT, 'ls","', 'a.jsonl', ['first'], ['ls', '{}', 'first']],
    ['from a result, by id', CHAT, 'second', 'a.jsonl', ['cat'], ['cat', '{}', 'second']],
    ['written as text, in order', REACT, 'go[', 'a.react', ['a door'], ['go[north]', 'a door']],
    [
      'back from an observation',
      REACT,
      'a door',
      'a.react',
      ['go[north]'],
      ['go[north]', 'a door'],
    ],
    ['a thought has none', REACT, 'done', 'a.react', [], []],
    ['nor has a task', CHAT, 'q"', 'a.jsonl', [], []],
  ])('%s', (...[, text, at, name, target, all]) => {
    const found = texts(text, at, name);
    expect(found.definition).toEqual(target);
    expect(found.references).toEqual(all);
  });

  test.each([
    [
      'the call as written, the result as read',
      CHAT,
      'first',
      'a.jsonl',
      ['ls 3', '{} 3', 'first 2'],
    ],
    ['what has no other half: itself', REACT, 'done', 'a.react', ['done 1']],
    ['a label: nothing', REACT, 'Thought: d', 'a.react', []],
  ])('highlight: %s', (...[, text, at, name, expected]) => {
    expect(texts(text, at, name).highlight).toEqual(expected);
  });
});
