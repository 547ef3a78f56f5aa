import fc from 'fast-check';
import { expect, test } from 'vitest';
import { scanJson } from '../../../server/trajectory/src/json/scanJson.ts';
import { fileSource } from '../../../server/trajectory/src/text/source.ts';

/** Whether the whole text is one value without an error. */
function accepts(text: string): boolean {
  const { value, end, error } = scanJson(fileSource(text));
  return value !== null && error === null && text.slice(end).trim() === '';
}

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

test.each([
  ['{"a": 1 "b": 2}', 'a comma is wanted here', 8],
  ['[1,,2]', 'a value is wanted before this comma', 3],
  ['[,1]', 'a value is wanted before this comma', 1],
  ['{"a": [1, 2,]}', 'a value is wanted after the comma', 12],
  ['[[1] [2]]', 'a comma is wanted here', 5],
])('%s: %s', (text, message, start) => {
  expect(scanJson(fileSource(text)).error).toMatchObject({ message, start });
});

test('a text with one structural character more or less is accepted where JSON.parse accepts it', () => {
  const structural = fc.constantFrom(',', '[', ']', '{', '}', ':', '1', '');
  fc.assert(
    fc.property(fc.json({ maxDepth: 3 }), fc.nat(), structural, (json, seed, character) => {
      const at = seed % (json.length + 1);
      const text =
        character === ''
          ? json.slice(0, at) + json.slice(at + 1)
          : json.slice(0, at) + character + json.slice(at);
      // Control characters and odd escapes inside strings are let through.
      fc.pre(!/\\|[\u0000-\u001f]/.test(text));
      expect([text, accepts(text)]).toEqual([text, parses(text)]);
    }),
    { seed: 7, numRuns: 3000 },
  );
});
