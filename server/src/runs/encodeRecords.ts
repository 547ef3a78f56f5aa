import type { EncodedRecords } from '@deepcoder/server-protocol';
import type { MetricsRecord } from '@deepcoder/trainer-protocol';

/** Records as they are sent: each list of names once, numbers in base64. */
export function encodeRecords(records: readonly MetricsRecord[]): EncodedRecords {
  const lists = new Map<string, { index: number; names: string[] }>();
  const encoded = records.map(({ step, tokensSeen, time, values }) => {
    const names = Object.keys(values);
    const key = JSON.stringify(names);
    const list = lists.get(key) ?? { index: lists.size, names };
    lists.set(key, list);
    const numbers = [step, tokensSeen, time, ...Object.values(values)];
    return { names: list.index, numbers: base64(numbers.map(finite)) };
  });
  return { names: [...lists.values()].map(({ names }) => names), records: encoded };
}

function base64(numbers: readonly number[]): string {
  return Buffer.from(Float64Array.from(numbers).buffer).toString('base64');
}

/** What a chart cannot show is not told apart. */
function finite(value: number): number {
  return Number.isFinite(value) ? value : Number.NaN;
}
