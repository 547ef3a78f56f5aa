import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeMetricsIndex,
  encodeMetricsIndex,
  formatMetricsLine,
  type MetricsRecord,
  parseMetrics,
  toColumns,
} from '@deepcoder/vocabulary';

const value = fc.oneof(fc.double({ noDefaultInfinity: true }), fc.constant(Number.NaN));
const name = fc.constantFrom('train/loss', 'eval/loss', 'eval/loss/action', 'train/learning_rate');
const record: fc.Arbitrary<MetricsRecord> = fc.record({
  step: fc.nat(),
  tokensSeen: fc.nat(),
  time: fc.double({ min: 0, max: 4e9, noNaN: true }),
  values: fc.dictionary(name, value, { noNullPrototype: true }),
});
const SEED = { seed: 7, numRuns: 100 };

/** -0 is written as 0 in JSON. */
const plain = (number: number) => (Object.is(number, -0) ? 0 : number);
const plainRecord = ({ values, ...rest }: MetricsRecord): MetricsRecord => ({
  ...rest,
  time: plain(rest.time),
  values: Object.fromEntries(Object.entries(values).map(([key, number]) => [key, plain(number)])),
});

describe('metrics.jsonl', () => {
  it('comes back as it was written', () => {
    fc.assert(
      fc.property(fc.array(record), (records) => {
        const parsed = parseMetrics(records.map(formatMetricsLine).join(''));
        expect(parsed.problems).toEqual([]);
        expect(parsed.records).toEqual(records.map(plainRecord));
      }),
      SEED,
    );
  });

  it('keeps all whole lines wherever the text is cut', () => {
    const records = [1, 2, 3].map((step) => ({
      step,
      tokensSeen: step * 10,
      time: 1.5,
      values: { 'train/loss': 2 / step },
    }));
    const text = records.map(formatMetricsLine).join('');
    for (let cut = 0; cut <= text.length; cut++) {
      const { records: kept, problems, length } = parseMetrics(text.slice(0, cut));
      const whole = text.slice(0, cut).split('\n').length - 1;
      expect(kept).toEqual(records.slice(0, whole));
      expect(problems).toEqual([]);
      expect(length).toBeLessThanOrEqual(cut);
    }
  });

  it.each([
    ['{"step":1', 'is not JSON'],
    ['[]', 'is not a map'],
    ['{"step":1.5,"tokens_seen":1,"time":1}', 'step'],
    ['{"step":1,"time":1}', 'tokens_seen'],
    ['{"step":1,"tokens_seen":1,"time":1,"train/loss":"2"}', 'train/loss'],
  ])('skips and reports %s', (line, message) => {
    const good = formatMetricsLine({ step: 1, tokensSeen: 2, time: 3, values: {} });
    const { records, problems } = parseMetrics(`${good}${line}\n${good}`);
    expect(records).toHaveLength(2);
    expect(problems).toEqual([{ line: 2, message: expect.stringContaining(message) as string }]);
  });

  it('writes what is not finite as null', () => {
    const line = formatMetricsLine({
      step: 1,
      tokensSeen: 2,
      time: 3,
      values: { 'train/loss': NaN },
    });
    expect(line).toBe('{"step":1,"tokens_seen":2,"time":3,"train/loss":null}\n');
  });
});

describe('metrics.index', () => {
  it('holds the same numbers, bit by bit, however they were added', () => {
    fc.assert(
      fc.property(fc.array(record), fc.array(record), fc.nat(), (first, second, coveredBytes) => {
        const columns = toColumns(second, toColumns(first));
        expect(columns).toEqual(toColumns([...first, ...second]));
        const encoded = encodeMetricsIndex({ columns, coveredBytes });
        // As a file is read: part of a larger buffer, at any offset.
        const pooled = Buffer.concat([Buffer.alloc(3), encoded, Buffer.alloc(5)]);
        const decoded = decodeMetricsIndex(pooled.subarray(3, 3 + encoded.length));
        expect(decoded?.coveredBytes).toBe(coveredBytes);
        expect(decoded?.columns.step).toEqual(columns.step);
        expect(decoded?.columns.time).toEqual(columns.time);
        expect(decoded?.columns.tokensSeen).toEqual(columns.tokensSeen);
        expect(decoded?.columns.values).toEqual(columns.values);
      }),
      SEED,
    );
  });

  it('refuses any changed byte and any shorter file', () => {
    const records = [1, 2, 3].map((step) => ({
      step,
      tokensSeen: step,
      time: step,
      values: { 'train/loss': step, ...(step === 2 && { 'eval/loss': 5 }) },
    }));
    const bytes = encodeMetricsIndex({ columns: toColumns(records), coveredBytes: 9 });
    for (let i = 0; i < bytes.length; i++) {
      const damaged = bytes.slice();
      damaged[i] = (damaged[i] ?? 0) ^ 0x10;
      expect(decodeMetricsIndex(damaged)).toBeNull();
      expect(decodeMetricsIndex(bytes.slice(0, i))).toBeNull();
    }
  });
});
