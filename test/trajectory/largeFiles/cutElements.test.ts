import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cutElements } from '../../../server/trajectory/src/largeFiles/cutElements.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);

/** The elements as texts, read in parts as an index reads them: what is not taken comes again, with more. */
function elementsOf(text: string, partLength: number): string[] {
  const found: string[] = [];
  const bytes = bytesOf(text);
  let [from, length] = [0, partLength];
  while (from < bytes.length) {
    const part = bytes.subarray(from, from + length);
    const atEnd = from + part.length >= bytes.length;
    const partText = new TextDecoder('utf-8', { ignoreBOM: true }).decode(part);
    const on = { bytes: part, text: partText, atStart: from === 0, atEnd };
    const { pieces, taken } = cutElements(on, from === 0);
    for (const { start, end, byte } of pieces) {
      found.push(partText.slice(start, end));
      const whole = new TextDecoder().decode(bytes.subarray(from + byte));
      expect(whole.startsWith(partText.slice(start, end))).toBe(true);
    }
    length = taken === 0 ? length * 2 : partLength;
    from += taken;
  }
  return found;
}

test('cuts any array at its elements, in parts of any size', () => {
  fc.assert(
    fc.property(
      fc.array(fc.jsonValue(), { maxLength: 12 }),
      fc.constantFrom(undefined, 1, '\t'),
      fc.integer({ min: 1, max: 60 }),
      (values, indent, partLength) => {
        const text = `\n ${JSON.stringify(values, null, indent)}\n`;
        const found = elementsOf(text, partLength).map((one): unknown => JSON.parse(one));
        expect(found).toEqual(JSON.parse(JSON.stringify(values)));
      },
    ),
    { seed: 8, numRuns: 400 },
  );
});

test.each([
  ['one that is cut short', '[{"a": 1}, {"b": [2', ['{"a": 1}', '{"b": [2']],
  [
    'quotes and backslashes',
    String.raw`["\\", "\"]", 3]`,
    [String.raw`"\\"`, String.raw`"\"]"`, '3'],
  ],
  ['nothing', '[]', []],
])('%s', (_, text, expected) => {
  expect(elementsOf(text, 1 << 10)).toEqual(expected);
});
