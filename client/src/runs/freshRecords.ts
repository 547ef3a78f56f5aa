import type { RunsMetricsParams } from '@deepcoder/server-protocol';
import type { EncodedRecords } from '@deepcoder/vocabulary';

/** How far a listener has come in the file. */
export interface Progress {
  generation: number;
  rows: number;
}

type News = Omit<RunsMetricsParams['runs'][number], 'folder'>;

/** What a listener has not had yet of what is told; null when something in between is missing. */
export function freshRecords(
  { generation, firstRow, news }: News,
  progress: Readonly<Progress>,
): EncodedRecords | null {
  if (progress.rows === Number.POSITIVE_INFINITY) return { names: [], records: [] };
  if (generation !== progress.generation || firstRow > progress.rows) return null;
  return { names: news.names, records: news.records.slice(progress.rows - firstRow) };
}
