import { f64FromBase64, toBase64 } from '../base64.ts';
import type { EncodedRecords } from './encodedSchemas.ts';
import type { MetricsRecord } from './metricsRecord.ts';

/** Records as they are sent: each list of names once, numbers in base64. */
export function encodeRecords(records: readonly MetricsRecord[]): EncodedRecords {
  const lists = new Map<string, { index: number; names: string[] }>();
  const encoded = records.map(({ step, tokensSeen, time, values }) => {
    const names = Object.keys(values);
    const key = JSON.stringify(names);
    const list = lists.get(key) ?? { index: lists.size, names };
    lists.set(key, list);
    const numbers = [step, tokensSeen, time, ...Object.values(values)];
    return { names: list.index, numbers: toBase64(Float64Array.from(numbers, finite)) };
  });
  return { names: [...lists.values()].map(({ names }) => names), records: encoded };
}

/** What `encodeRecords` gave. */
export function decodeRecords({ names, records }: EncodedRecords): MetricsRecord[] {
  return records.map((record) => {
    const [step = 0, tokensSeen = 0, time = 0, ...values] = f64FromBase64(record.numbers);
    const entries = (names[record.names] ?? []).map((name, i) => [name, values[i] ?? NaN] as const);
    return { step, tokensSeen, time, values: Object.fromEntries(entries) };
  });
}

/** What a chart cannot show is not told apart. */
function finite(value: number): number {
  return Number.isFinite(value) ? value : Number.NaN;
}
