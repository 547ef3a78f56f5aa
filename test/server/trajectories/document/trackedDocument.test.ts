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
