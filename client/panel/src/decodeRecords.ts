import { f64FromBase64 } from './base64.ts';
import type { MetricRecord } from './seriesFromRecords.ts';

/** Records as the language server sends them: their numbers are little-endian f64 in base64. */
export interface EncodedRecords {
  /** The lists of metric names that records have. */
  names: string[][];
  records: {
    /** Which of the lists. */
    names: number;
    /** Step, tokens seen, seconds since 1970, then a value for each name. */
    numbers: string;
  }[];
}

export function decodeRecords({ names, records }: EncodedRecords): MetricRecord[] {
  return records.map((record) => {
    const [step, tokensSeen, time, ...values] = f64FromBase64(record.numbers);
    const entries = names[record.names]!.map((name, i) => [name, values[i]!] as const);
    return {
      step: step!,
      tokensSeen: tokensSeen!,
      time: time!,
      values: Object.fromEntries(entries),
    };
  });
}
