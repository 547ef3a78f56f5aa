import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { TrackedDocument } from '../../../../server/src/trajectories/document/trackedDocument.ts';

/** Longer than what is looked at by itself at the beginning, with every kind of line end. */
const PART = 'one\r\ntwo\rthree 😀\n\n"role": x\n';
const TEXT = PART.repeat(Math.ceil(1_200_000 / PART.length));

test('places are those of the protocol, before and after edits, near the beginning and far from it', () => {
  const line = fc.oneof(fc.integer({ min: -1, max: 20 }), fc.nat(250_000));
  const position = fc.record({ line, character: fc.integer({ min: -1, max: 30 }) });
  const edit = fc.tuple(position, fc.constantFrom('', 'x', '\r', '\n', '\r\n', 'long\nlines\n'));
  fc.assert(
    fc.property(
      fc.array(position, { maxLength: 8 }),
      fc.array(edit, { maxLength: 3 }),
      (at, edits) => {
        const uri = 'file:///project/a.txt';
        const ours = new TrackedDocument(uri, 'plaintext', { version: 1, text: TEXT }, {});
        let plain = TextDocument.create(uri, 'plaintext', 1, TEXT);
        const compare = (): void => {
          for (const one of at) expect(ours.offsetAt(one)).toBe(plain.offsetAt(one));
        };
        compare();
        for (const [start, text] of edits) {
          const changes = [{ range: { start, end: start }, text }];
          ours.edit(changes, plain.version + 1);
          plain = TextDocument.update(plain, changes, plain.version + 1);
          compare();
        }
      },
    ),
    { seed: 5, numRuns: 30 },
  );
});

const REACT = 'Question: q\nThought: a\nAction: go[north]\nObservation: a door\n';
const NOTHING = 'Nothing that an agent says.\n';

/** The format that it is read in, from its beginning and as a whole. */
function formats(document: TrackedDocument): (string | undefined)[] {
  return [document.readUpTo(0), document.readFile()].map((file) => file?.verdict.format);
}

test('what a document is read as changes with its text, which stays the same', () => {
  const opened = { version: 1, text: NOTHING };
  const document = new TrackedDocument('file:///project/a.txt', 'plaintext', opened, {});
  const start = { line: 0, character: 0 };
  const steps = [
    { text: REACT, range: { start, end: { line: 1, character: 0 } }, is: 'react_text' },
    { text: NOTHING, range: { start, end: { line: 4, character: 0 } }, is: undefined },
    { text: REACT.repeat(20_000), is: 'react_text' },
    { text: NOTHING, is: undefined },
  ];
  for (const [i, { is, ...change }] of steps.entries()) {
    document.edit([change], i + 2);
    expect(document.getText()).toBe(change.text);
    expect(formats(document)).toEqual([is, is]);
    expect(document.getText()).toBe(change.text);
    expect(document.length).toBe(change.text.length);
  }
});

test('a file of our language is labelled text before it shows that, unless somebody rules that out', () => {
  const opened = { version: 1, text: '' };
  const document = new TrackedDocument('file:///project/a.react', 'trajectory-text', opened, {});
  expect(formats(document)).toEqual(['react_text', 'react_text']);
  document.edit([{ text: NOTHING }], 2);
  expect(formats(document)).toEqual(['react_text', 'react_text']);
  document.overrule({ format: 'none' });
  expect(formats(document)).toEqual([undefined, undefined]);
  document.overrule(null);
  expect(document.isTrajectory()).toBe(true);
});
