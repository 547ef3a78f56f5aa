import type { WireRecord } from '@deepcoder/panel';

/** How far a listener has come in the file. */
export interface Progress {
  generation: number;
  rows: number;
}

interface News {
  generation: number;
  firstRow: number;
  records: WireRecord[];
}

/** What a listener has not had yet of what is told; null when something in between is missing. */
export function freshRecords(
  { generation, firstRow, records }: News,
  progress: Readonly<Progress>,
): WireRecord[] | null {
  if (progress.rows === Number.POSITIVE_INFINITY) return [];
  if (generation !== progress.generation || firstRow > progress.rows) return null;
  return records.slice(progress.rows - firstRow);
}
