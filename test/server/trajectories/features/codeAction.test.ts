import { describe, expect, test } from 'vitest';
import type { CodeAction } from 'vscode-languageserver';
import {
  codeAction,
  RELABEL_COMMAND,
} from '../../../../server/src/trajectories/features/codeAction.ts';
import { edited, NEVER, open } from './cursor.ts';

/** The actions of a kind at the cursor, and what each makes of the text. */
async function actions(marked: string, only: string, name: string) {
  const { document, range } = open(marked, { name });
  const params = { textDocument: document, range, context: { diagnostics: [], only: [only] } };
  const list = (await codeAction(document, params, NEVER)) ?? [];
  const after = ({ edit }: CodeAction): string | null => {
    const edits = edit?.changes?.[document.uri];
    return edits ? edited(document, edits) : null;
  };
  return { list, after: (title: string) => list.filter((one) => one.title === title).map(after) };
}

const TAGS = '<|im_start|>user\nq<|im_end|>\n<|im_start|>assistant\n';
const SECRET = `sk-ant-${'a1'.repeat(12)}`;
const CHAT =
  '{"id":"r","messages":[{"role":"user","content":"q"},{"role":"assistant","content":"a b"}]}\n';

describe('quick fixes', () => {
  test.each([
    [
      'Close `<think>`',
      'a.txt',
      `${TAGS}<th‸ink>hm\n<tool_call>{}</tool_call><|im_end|>\n`,
      `${TAGS}<think>hm</think>\n<tool_call>{}</tool_call><|im_end|>\n`,
    ],
    [
      'Remove the tag',
      'a.txt',
      `${TAGS}<think>hm</think>\nso</th‸ink><|im_end|>\n`,
      `${TAGS}<think>hm</think>\nso<|im_end|>\n`,
    ],
    [
      'Blank the secret',
      'a.react',
      `Question: q\nThought: a\nAction: use ‸${SECRET}\n`,
      'Question: q\nThought: a\nAction: use [secret]\n',
    ],
    [
      'Remove the record',
      'a.jsonl',
      `${CHAT}‸{"id":"s","messages":[{"role":"user","content":"only a task"}]}\n`,
      CHAT,
    ],
  ])('%s', async (title, name, marked, wanted) => {
    expect((await actions(marked, 'quickfix', name)).after(title)).toEqual([wanted]);
  });

  test('an id that is taken is known wherever the first one stands, and told once', async () => {
    const { after } = await actions(`${CHAT}{}\n${CHAT}‸${CHAT}`, 'quickfix', 'a.jsonl');
    expect(after('Remove the record')).toEqual([`${CHAT}{}\n${CHAT}`]);
  });

  test('nothing is offered where nothing is wrong', async () => {
    expect((await actions(`‸${CHAT}`, 'quickfix', 'a.jsonl')).list).toEqual([]);
  });
});

describe('rewriting', () => {
  const REACT = 'Question: q\nThought 1: so it is\nAction 1: b\n';

  test.each([
    [
      'Relabel as observation',
      'a.react',
      REACT.replace('so', '‸so'),
      REACT.replace('Thought', 'Observation'),
    ],
    [
      'Add a step at the end',
      'a.react',
      REACT.replace('so', '‸so'),
      `${REACT.trimEnd()}\nThought 2: \nAction 2: \nObservation 2: \n`,
    ],
    ['Remove the record', 'a.jsonl', `${CHAT}${CHAT.replace('q', '‸q')}`, CHAT],
    [
      'Split the span here',
      'a.react',
      REACT.replace('so it', 'so ‸it'),
      'Question: q\nThought 1: so \nThought 1: it is\nAction 1: b\n',
    ],
    [
      'Join with the next span',
      'a.react',
      'Question: q\nThought 1: ‸a\nThought 2: b\nAction 2: c\n',
      'Question: q\nThought 1: a\nb\nAction 2: c\n',
    ],
  ])('%s', async (title, name, marked, wanted) => {
    expect((await actions(marked, 'refactor', name)).after(title)).toEqual([wanted]);
  });

  test('where no label says it, an annotation does', async () => {
    const { list } = await actions(CHAT.replace('a b', '‸a‸ b'), 'refactor', 'a.jsonl');
    const one = list.find(({ title }) => title === 'Relabel as reasoning (annotation)');
    const start = CHAT.indexOf('a b');
    const range = { start: { line: 0, character: start }, end: { line: 0, character: start + 1 } };
    expect(one?.command).toMatchObject({
      command: RELABEL_COMMAND,
      arguments: [{ uri: 'file:///project/a.jsonl', range, kind: 'reasoning' }],
    });
  });

  test('a session that is too long to be read at once is still removed as a whole', async () => {
    const line = (session: string, i: number): string =>
      `{"type":"assistant","uuid":"${session}${i}","parentUuid":null,"sessionId":"${session}","message":{"id":"m${i}","role":"assistant","content":[{"type":"text","text":"turn ${i} ${'x'.repeat(9000)}"}]}}\n`;
    const session = Array.from({ length: 300 }, (_, i) => line('a', i)).join('');
    const marked = session.replace('turn 200', 'tu‸rn 200');
    const { after } = await actions(`${marked}\n`, 'refactor', 'a.jsonl');
    expect(after('Remove the record').map((text) => text?.length)).toEqual([0]);
  });
});
