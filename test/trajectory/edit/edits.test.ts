import {
  applyEdits,
  compactRecord,
  insertStep,
  join,
  parse,
  prettyRecord,
  relabel,
  removeRecord,
  renumber,
  split,
  type TextEdit,
} from '@deepcoder/trajectory';
import { describe, expect, test } from 'vitest';

const TEXT =
  'Task: wash\nThought: Go there.\nAction: go\nObservation: there\n---\nTask: dry\nThought: Hm.\nAction: dry\n';

function edited(text: string, edits: TextEdit[] | null): string {
  return edits ? applyEdits(text, edits) : 'null';
}

describe('edits of labelled text', () => {
  test('insertStep', () => {
    expect(edited(TEXT, insertStep(TEXT, parse(TEXT), 0))).toContain(
      'Observation: there\nThought: \nAction: \nObservation: \n---',
    );
    const numbered = 'Question: a\r\nThought 1: b\r\nAction 1: c\r\n';
    expect(edited(numbered, insertStep(numbered, parse(numbered), 0))).toBe(
      'Question: a\r\nThought 1: b\r\nAction 1: c\r\nThought 2: \r\nAction 2: \r\nObservation 2: \r\n',
    );
  });

  test('renumber', () => {
    const text =
      'Question: a\nThought 2: b\nAction 2: c\nObservation 2: d\nThought 7: e\nAction 8: f\n';
    expect(edited(text, renumber(text, parse(text)))).toBe(
      'Question: a\nThought 1: b\nAction 1: c\nObservation 1: d\nThought 2: e\nAction 2: f\n',
    );
  });

  test('relabel, split, join', () => {
    const parsed = parse(TEXT);
    expect(edited(TEXT, relabel(TEXT, parsed, 1, 'action'))).toContain('\nAction: Go there.\n');
    expect(relabel(TEXT, parsed, 1, 'system')).toBeNull();
    const at = TEXT.indexOf(' there.');
    expect(edited(TEXT, split(TEXT, parsed, 1, at))).toContain('Thought: Go\nThought:  there.\n');
    expect(edited(TEXT, join(TEXT, parsed, 1))).toContain('Thought: Go there.\ngo\n');
  });

  test('removeRecord', () => {
    expect(edited(TEXT, removeRecord(TEXT, parse(TEXT), 0))).toBe(
      'Task: dry\nThought: Hm.\nAction: dry\n',
    );
  });
});

const LINES =
  '{"id":"a","messages":[{"role":"user","content":"x \\u00e9"},{"role":"assistant","content":"y"}]}\n{"id":"b","messages":[{"role":"user","content":"z"}], "n": [ ]}\n';

describe('edits of records', () => {
  test('pretty and back', () => {
    const pretty = edited(LINES, prettyRecord(LINES, 3));
    expect(pretty.split('\n').slice(0, 5)).toEqual([
      '{',
      '  "id": "a",',
      '  "messages": [',
      '    {',
      '      "role": "user",',
    ]);
    expect(pretty).toContain('"x \\u00e9"');
    expect(edited(pretty, compactRecord(pretty, 3))).toBe(LINES);
    const second = LINES.indexOf('"b"');
    expect(edited(LINES, compactRecord(LINES, second))).toContain('"z"}],"n":[]}\n');
  });

  test('insertStep and removeRecord', () => {
    const added = edited(LINES, insertStep(LINES, parse(LINES), 0));
    expect(parse(added).problems).toEqual([]);
    expect(added).toContain('"content":"y"}, {"role": "assistant"');
    expect(edited(LINES, removeRecord(LINES, parse(LINES), 0))).toBe(
      LINES.slice(LINES.indexOf('\n') + 1),
    );
    const array = `[${LINES.trim().replace('\n', ',\n')}]`;
    for (const index of [0, 1]) {
      const rest = edited(array, removeRecord(array, parse(array), index));
      expect((JSON.parse(rest) as unknown[]).length).toBe(1);
    }
  });
});
