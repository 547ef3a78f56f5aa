import { describe, expect, test } from 'vitest';
import type { CodeAction, TextEdit } from 'vscode-languageserver';
import { codeAction } from '../../../../server/src/trajectories/features/codeAction.ts';
import { FIX_ALL } from '../../../../server/src/lsp/languageFeatures.ts';
import { completion } from '../../../../server/src/trajectories/features/completion.ts';
import { formatting } from '../../../../server/src/trajectories/features/formatting.ts';
import { relabelling } from '../../../../server/src/trajectories/annotations/relabel.ts';
import { prepareRename, rename } from '../../../../server/src/trajectories/features/rename.ts';
import type { TrackedDocument } from '../../../../server/src/trajectories/document/trackedDocument.ts';
import { edited, NEVER, open } from './cursor.ts';

async function actions(
  marked: string,
  only: string[],
  name = 'a.react',
): Promise<[TrackedDocument, CodeAction[]]> {
  const { document, range } = open(marked, { name });
  const params = { textDocument: document, range, context: { diagnostics: [], only } };
  return [document, (await codeAction(document, params, NEVER)) ?? []];
}

function after(document: TrackedDocument, action: CodeAction | undefined): string | null {
  const edits = action?.edit?.changes?.[document.uri];
  return edits ? edited(document, edits) : null;
}

describe('quick fixes', () => {
  test.each([
    [
      'Renumber the steps',
      'Question: q\nThought 1: a\nAction 1: b\nObservation 1: c\n‸Thought 4: d\n',
      'Question: q\nThought 1: a\nAction 1: b\nObservation 1: c\nThought 2: d\n',
    ],
    ['Remove the label', 'Question: q\nThought 1: a\n‸Action 1:\n', 'Question: q\nThought 1: a\n'],
    [
      'Add an observation',
      'Question: q\nThought: a\nAction: ‸b\nThought: c\nAction: d\n',
      'Question: q\nThought: a\nAction: b\nObservation: \nThought: c\nAction: d\n',
    ],
  ])('%s', async (title, marked, wanted) => {
    const [document, list] = await actions(marked, ['quickfix']);
    expect(
      after(
        document,
        list.find((one) => one.title === title),
      ),
    ).toBe(wanted);
  });

  const RECORD =
    '{"id":"r","messages":[{"role":"user","content":"q"},{"role":"assistant","content":"a"}]}\n';

  test('a malformed line, and a record whose id is taken', async () => {
    const [broken, fixes] = await actions(
      `${RECORD}{"id": ‸"x\n${RECORD.replace('"r"', '"s"')}`,
      ['quickfix'],
      'a.jsonl',
    );
    const fix = fixes.find(({ title }) => title === 'Remove the malformed line');
    expect(after(broken, fix)).toBe(RECORD + RECORD.replace('"r"', '"s"'));
    const [twice, list] = await actions(`${RECORD}‸${RECORD}`, ['quickfix'], 'a.jsonl');
    expect(
      after(
        twice,
        list.find(({ title }) => title === 'Remove the record'),
      ),
    ).toBe(RECORD);
  });

  test('all in the file at once', async () => {
    const text = '‸Question: q\nThought 1: a\nAction 1:\nObservation 3: c\nThought 7: d\n';
    const [document, list] = await actions(text, [FIX_ALL]);
    expect(after(document, list[0])).toBe(
      'Question: q\nThought 1: a\nObservation 1: c\nThought 2: d\n',
    );
  });

  test('none are offered unasked', async () => {
    const [, list] = await actions('‸Question: q\nThought 7: d\n', ['refactor.extract']);
    expect(list).toEqual([]);
  });
});

describe('relabelling', () => {
  const REACT = 'Question: q\nThought 1: so it is\nAction 1: b\n';

  test('a whole span by its label', () => {
    const { document, range } = open(REACT.replace('so', '‸so'));
    const done = relabelling(document, range, 'observation');
    expect(edited(document, (done as { edits: TextEdit[] }).edits)).toContain(
      'Observation 1: so it is',
    );
  });

  test.each([
    ['a whole line', '‸Thought 1: so it is\n‸Action'],
    ['a whole line without its end', '‸Thought 1: so it is‸\nAction'],
    ['from within its label', 'Thought‸ 1: so it is‸\nAction'],
  ])('%s is its span', (_, marked) => {
    const { document, range } = open(`Question: q\n${marked} 1: b\n`);
    const done = relabelling(document, range, 'observation');
    expect(edited(document, (done as { edits: TextEdit[] }).edits)).toBe(
      'Question: q\nObservation 1: so it is\nAction 1: b\n',
    );
    expect(relabelling(document, range, 'reasoning')).toMatchObject({ how: 'nothing' });
    // What has no label is marked, and its old label is not.
    expect(relabelling(document, range, 'system')).toEqual({
      how: 'annotation',
      start: 23,
      end: 31,
    });
  });

  test.each([
    ['a part', 'so it', '‸so‸ it', 'action', { how: 'annotation', start: 23, end: 25 }],
    ['a kind without label', 'so', '‸so', 'system', { how: 'annotation', start: 23, end: 31 }],
    ['parts of two', 'so it is\nAction 1: b', 'so ‸it is\nAction 1: b‸', 'system', { start: 26 }],
    ['the same kind', 'so', '‸so', 'reasoning', { how: 'nothing' }],
    ['no span', 'Thought', '‸Thought', 'action', { how: 'nothing' }],
  ] as const)('%s', (...[, from, to, kind, wanted]) => {
    const { document, range } = open(REACT.replace(from, to));
    expect(relabelling(document, range, kind)).toMatchObject(wanted);
  });

  test('edits before an annotation move it along', () => {
    const { document } = open(REACT);
    document.annotate([{ start: 23, end: 25, kind: 'action', hash: '' }]);
    const start = { line: 0, character: 0 };
    document.edit([{ range: { start, end: start }, text: 'abc' }], 2);
    expect(document.handAnnotations).toMatchObject([{ start: 26, end: 28 }]);
  });
});

describe('completion', () => {
  const labels = (marked: string, name = 'a.react'): string[] => {
    const { document, position } = open(marked, { name });
    return (completion(document, position) ?? []).map(({ label }) => label);
  };

  test.each([
    ['Question: q\nThought 1: a\n‸', 'Action 1:'],
    ['Question: q\nThought 1: a\nAction 1: b\nObservation 1: c\n‸', 'Thought 2:'],
    ['Question: q\nThought: a\nAc‸', 'Action:'],
  ])('the next label first: %j', (marked, first) => {
    expect(labels(marked)[0]).toBe(first);
  });

  test('the whole next step', () => {
    expect(labels('Question: q\nThought 1: a\nAction 1: b\nObservation 1: c\n‸')).toContain(
      'Step 2: thought, action, observation',
    );
  });

  test('none within a line', () => {
    expect(labels('Question: q\nThought 1: a ‸b\n')).toEqual([]);
  });

  test('tags that are open are closed', () => {
    const text = '<|im_start|>assistant\n<think>\nhm</‸';
    expect(labels(text, 'a.txt')).toEqual(['</think>']);
  });

  test('messages of a chat', () => {
    const text =
      '{"messages":[{"role":"user","content":"q"},{"role":"assistant","content":"a"},‸]}\n{}\n';
    expect(labels(text, 'a.jsonl')).toContain('step: call and result');
  });
});

describe('formatting', () => {
  test.each([
    [
      'a.jsonl',
      '{"messages": [ {"role": "user", "content": "q"}, {"role":"assistant","content":"a"} ]}\n{"messages":[]}\n',
      '{"messages":[{"role":"user","content":"q"},{"role":"assistant","content":"a"}]}\n{"messages":[]}\n',
    ],
    [
      'a.react',
      'Question: q\nThought 4: a\nAction 4: b\n',
      'Question: q\nThought 1: a\nAction 1: b\n',
    ],
  ])('%s', async (name, text, wanted) => {
    const { document } = open(text, { name });
    expect(edited(document, await formatting(document, null, NEVER))).toBe(wanted);
  });
});

test('of a range its lines alone are formatted', async () => {
  const line = '{"messages": [{"role":"user","content":"q"},{"role":"assistant","content":"a"}]}\n';
  const { document, range } = open(`${line}‸${line}‸${line}`, { name: 'a.jsonl' });
  expect(edited(document, await formatting(document, range, NEVER))).toBe(
    line + line.replace(' ', '') + line,
  );
});

describe('rename', () => {
  const CHAT =
    '{"id":"r","messages":[{"role":"user","content":"c1"},{"role":"assistant","tool_calls":[{"id":"c1","function":{"name":"ls","arguments":"{}"}}]},{"role":"tool","tool_call_id":"c1","content":"ok"}]}\n{}\n';

  test('a call and its result go together; the id of the record is its own', () => {
    const { document, position } = open(CHAT.replace('"id":"c1"', '"id":"‸c1"'), {
      name: 'a.jsonl',
    });
    expect(prepareRename(document, position)?.placeholder).toBe('c1');
    const edit = rename(document, position, 'c2');
    const text = edited(document, edit!.changes![document.uri]!);
    expect(text).toContain('"id":"c2"');
    expect(text).toContain('"tool_call_id":"c2"');
    expect(() => rename(document, position, 'r')).toThrow('taken');
    expect(() => rename(document, position, '')).toThrow('empty');
  });

  test('nothing else has a name', () => {
    const { document, position } = open(CHAT.replace('"ls"', '"‸ls"'), { name: 'a.jsonl' });
    expect(prepareRename(document, position)).toBeNull();
  });
});
