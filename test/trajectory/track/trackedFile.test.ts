import {
  applyEdits,
  editFile,
  parse,
  parsedOf,
  textOf,
  trackFile,
  type Parsed,
} from '@deepcoder/trajectory';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fixtureFiles } from '../fixtureFiles.ts';

const SNIPPETS = [
  '',
  '\n',
  '\r',
  '\r\n',
  '{',
  '}',
  '"',
  'Thought: x\n',
  'Question: q\n',
  '---\n',
  '> look\n',
  '<think>',
  '😀',
  '{"role":"user","content":"hi"}\n',
];

/** With the messages in place, for comparison. */
function plain(parsed: Parsed): Parsed {
  return { ...parsed, trajectories: parsed.trajectories };
}

describe('editing a tracked file', () => {
  test.each(fixtureFiles)('$format/$name: as parsing the new text', ({ name, text }) => {
    const twice = text.endsWith('\n') && !text.startsWith('[') ? text + text : text;
    const edit = fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      length: fc.constantFrom(0, 0, 0, 1, 5, 80),
      newText: fc.constantFrom(...SNIPPETS),
    });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 6 }), (edits) => {
        let now = twice;
        let file = trackFile(now, { fileName: name });
        for (const { at, length, newText } of edits) {
          const start = Math.floor(at * now.length);
          const change = { start, end: Math.min(now.length, start + length), newText };
          now = applyEdits(now, [change]);
          file = editFile(file, [change]);
          expect(textOf(file)).toBe(now);
          expect(plain(parsedOf(file))).toEqual(plain(parse(now, { fileName: name })));
        }
      }),
      { seed: 5, numRuns: 12 },
    );
  });

  test('several edits at once are of the text before them', () => {
    const text = 'Question: a\nThought: b\nAction: c\nQuestion: d\nThought: e\n';
    const edits = [
      { start: 10, end: 11, newText: 'long' },
      { start: text.length - 2, end: text.length - 1, newText: 'E' },
    ];
    const file = editFile(trackFile(text), edits);
    expect(textOf(file)).toBe('Question: long\nThought: b\nAction: c\nQuestion: d\nThought: E\n');
  });

  test('reads only blocks around the edit', () => {
    const text = 'Question: a\nThought: b\nAction: c\nObservation: d\n'.repeat(2000);
    const file = trackFile(text);
    const edited = editFile(file, [
      { start: text.length >> 1, end: text.length >> 1, newText: 'x' },
    ]);
    const before = new Set(file.chunks.flatMap((chunk) => chunk.blocks));
    const after = edited.chunks.flatMap((chunk) => chunk.blocks);
    expect(after.filter((block) => !before.has(block)).length).toBeLessThanOrEqual(4);
  });
});
