import { annotate, type Annotation } from '@deepcoder/trajectory';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  TextDocument,
  type TextDocumentContentChangeEvent,
} from 'vscode-languageserver-textdocument';
import { type Change, withEdit } from '../../../../server/src/trajectories/document/netChange.ts';
import { TrackedDocument } from '../../../../server/src/trajectories/document/trackedDocument.ts';

interface Edit {
  start: number;
  end: number;
  newText: string;
}

/** A document with annotations, as a client edits it. */
function open(text: string, ranges: readonly { start: number; end: number }[]) {
  const uri = 'file:///project/a.txt';
  const document = new TrackedDocument(uri, 'plaintext', { version: 1, text }, {});
  document.annotate(ranges.map((range) => annotate(text, range, 'action')));
  return {
    document,
    /** Gives the edit that takes it back. */
    edit: ({ start, end, newText }: Edit): Edit => {
      const now = document.getText();
      const plain = TextDocument.create(uri, 'plaintext', 1, now);
      const range = { start: plain.positionAt(start), end: plain.positionAt(end) };
      document.edit([{ range, text: newText }], document.version + 1);
      return { start, end: start + newText.length, newText: now.slice(start, end) };
    },
    change: (change: TextDocumentContentChangeEvent) =>
      document.edit([change], document.version + 1),
  };
}

const placesOf = (annotations: readonly Annotation[]): [number, number][] =>
  annotations.map(({ start, end }) => [start, end]);

/** Few letters, so that texts repeat themselves, and one that is read by blocks. */
const anyText = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 12 }),
  fc.constant('Question: q\nThought: I think it over.\nAction: go\nObservation: there\n'),
);
const anyCase = anyText.chain((text) => {
  const part = fc.tuple(fc.nat(text.length), fc.nat(text.length));
  return fc.record({
    text: fc.constant(text),
    parts: fc.array(part, { minLength: 1, maxLength: 3 }),
    edits: fc.array(
      fc.tuple(fc.nat(), fc.nat(6), fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 3 })),
      { maxLength: 8 },
    ),
    undone: fc.nat(8),
  });
});

describe('hand annotations', () => {
  test('are where they were when any edits are taken back, one by one or at once', () => {
    fc.assert(
      fc.property(anyCase, fc.boolean(), ({ text, parts, edits, undone }, isAtOnce) => {
        const ranges = parts
          .map(([a, b]) => ({ start: Math.min(a, b), end: Math.max(a, b) }))
          .filter(({ start, end }) => end > start);
        const { document, edit } = open(text, ranges);
        const listed = (): string[] =>
          document.handAnnotations.map((one) => JSON.stringify(one)).sort();
        const states = [{ text, annotations: listed() }];
        const inverses: Edit[] = [];
        let net: Change[] = [];
        const note = (made: Edit): Edit => {
          const before = document.getText();
          net = withEdit(net, made, (start, end) => before.slice(start, end));
          return edit(made);
        };
        const takenBack = ({ start, was, now }: Change): void => {
          edit({ start, end: start + now.length, newText: was });
        };
        const make = ([at, length, newText]: [number, number, string]): void => {
          const start = at % (document.length + 1);
          const end = Math.min(document.length, start + length);
          inverses.push(note({ start, end, newText }));
          states.push({ text: document.getText(), annotations: listed() });
        };
        const takeBack = (count: number): void => {
          for (let i = 0; i < count && inverses.length > 0; i++) {
            note(inverses.pop()!);
            states.pop();
            expect(document.getText()).toBe(states.at(-1)!.text);
            expect(listed()).toEqual(states.at(-1)!.annotations);
          }
        };
        edits.slice(0, 5).forEach(make);
        takeBack(undone);
        edits.slice(5).forEach(make);
        if (isAtOnce) [...net].reverse().forEach(takenBack);
        else takeBack(inverses.length);
        // Between two moments of the very same text nobody can choose.
        const possible = isAtOnce ? states.filter((one) => one.text === text) : [states[0]!];
        expect(possible.map(({ annotations }) => annotations)).toContainEqual(listed());
      }),
      { seed: 8, numRuns: 2000 },
    );
  });

  const TEXT = 'Thought: so it is\nAction: go on\n';
  const IT = { start: 12, end: 14 };

  test.each([
    ['an edit across its beginning', { start: 9, end: 13, newText: '' }],
    ['an edit across its end', { start: 13, end: 20, newText: 'X' }],
    ['an edit over all of it', { start: 3, end: 25, newText: 'Y' }],
    ['an edit within', { start: 13, end: 13, newText: 'Z' }],
  ])('%s leaves its length, and where it would begin', (_, edit) => {
    const { document, ...client } = open(TEXT, [IT]);
    client.edit(edit);
    expect(placesOf(document.handAnnotations)).toEqual([[12, 14]]);
  });

  test('come back when the text is typed again, letter by letter', () => {
    const { document, edit } = open(TEXT, [IT]);
    edit({ start: 10, end: 16, newText: '' });
    TEXT.slice(10, 16)
      .split('')
      .forEach((newText, i) => edit({ start: 10 + i, end: 10 + i, newText }));
    edit({ start: 0, end: 0, newText: 'more' });
    expect(placesOf(document.handAnnotations)).toEqual([[16, 18]]);
  });

  test('come back behind other edits that stay', () => {
    const { document, edit } = open(TEXT, [IT, { start: 26, end: 28 }]);
    const inverse = edit({ start: 10, end: 16, newText: '' });
    edit({ start: 0, end: 7, newText: 'T' });
    edit({ ...inverse, start: inverse.start - 6, end: inverse.end - 6 });
    expect(placesOf(document.handAnnotations)).toEqual([
      [6, 8],
      [20, 22],
    ]);
  });

  test('stay through a whole text in place of another that differs elsewhere', () => {
    const { document, change } = open(TEXT, [IT]);
    change({ text: `first ${TEXT}` });
    expect(placesOf(document.handAnnotations)).toEqual([[18, 20]]);
  });
});
