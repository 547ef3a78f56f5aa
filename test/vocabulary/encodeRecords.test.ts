import { decodeRecords, encodedRecordsSchema, encodeRecords } from '@deepcoder/vocabulary';
import fc from 'fast-check';
import { expect, test } from 'vitest';

const record = fc.record({
  step: fc.nat(),
  tokensSeen: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
  time: fc.double({ noNaN: true, noDefaultInfinity: true }),
  values: fc.dictionary(fc.constantFrom('train/loss', 'eval/loss', 'a b', ''), fc.double()),
});

test('records come back as they were, to the last bit; what is not finite as NaN', () => {
  fc.assert(
    fc.property(fc.array(record), (records) => {
      const sent: unknown = JSON.parse(JSON.stringify(encodeRecords(records)));
      const expected = records.map(({ values, ...rest }) => ({
        ...rest,
        values: Object.fromEntries(
          Object.entries(values).map(([name, value]) => [
            name,
            Number.isFinite(value) ? value : Number.NaN,
          ]),
        ),
      }));
      expect(decodeRecords(encodedRecordsSchema.parse(sent))).toEqual(expected);
    }),
    { seed: 5 },
  );
});

test('a list of names is sent once', () => {
  const values = { 'train/loss': 1, 'train/learning_rate': 2 };
  const records = Array.from({ length: 50 }, (_, step) => ({
    step,
    tokensSeen: 0,
    time: 0,
    values,
  }));
  expect(encodeRecords(records).names).toEqual([['train/loss', 'train/learning_rate']]);
});
