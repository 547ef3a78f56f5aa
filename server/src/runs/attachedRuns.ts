import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { RunsMetricsParams } from '@deepcoder/server-protocol';
import { encodeColumns, encodeRecords, type EncodedColumns } from '@deepcoder/vocabulary';
import { readMetrics } from '@deepcoder/trainer-protocol/node';
import { selectColumns, type ColumnSelection } from './selectColumns.ts';
import { createMetricsTail, type MetricsTail } from './metricsTail.ts';

type RunBatch = RunsMetricsParams['runs'][number];

export interface AttachedRuns {
  /** The history, and the config; `collect` goes on from there. */
  attach: (folder: string, selection: ColumnSelection) => Promise<Attached>;
  detach: (folder: string) => void;
  /** Some of the history once more. */
  history: (folder: string, selection: ColumnSelection) => Promise<Attached['history']>;
  /** What has come to all attached runs since the last call. */
  collect: () => Promise<RunBatch[]>;
}

interface Attached {
  config: string;
  history: {
    generation: number;
    rows: number;
    columns: EncodedColumns;
  };
}

/** The runs whose metrics the client follows; what keeps one from being read is told and keeps no other. */
export function createAttachedRuns(
  onError: (folder: string, error: unknown) => void,
): AttachedRuns {
  const tails = new Map<string, MetricsTail>();
  const generations = new Map<string, number>();

  /** Of which it is told that they cannot be read. */
  const unread = new Set<string>();
  const readNews = async (folder: string, tail: MetricsTail) => {
    try {
      const news = await tail.read();
      unread.delete(folder);
      return news;
    } catch (error) {
      if (!unread.has(folder)) onError(folder, error);
      unread.add(folder);
      return null;
    }
  };
  const collectOne = async (folder: string, tail: MetricsTail): Promise<RunBatch[]> => {
    const batches: RunBatch[] = [];
    for (let more = true; more;) {
      const news = await readNews(folder, tail);
      // The client has asked anew in the meantime: it has these records in its history.
      if (tails.get(folder) !== tail) return [];
      if (news === null) break;
      const { generation, firstRow, records } = news;
      generations.set(folder, generation);
      batches.push({ folder, generation, firstRow, news: encodeRecords(records) });
      more = news.more;
    }
    return batches;
  };
  const history: AttachedRuns['history'] = async (folder, selection) => {
    const { columns } = await readMetrics(folder);
    const generation = generations.get(folder) ?? 0;
    const rows = columns.step.length;
    return { generation, rows, columns: encodeColumns(selectColumns(columns, selection)) };
  };
  return {
    attach: async (folder, selection) => {
      const config = await readFile(path.join(folder, 'config.yaml'), 'utf8').catch(() => '');
      // Who follows it already is told on, and who attaches now is told some once more.
      if (tails.has(folder)) return { config, history: await history(folder, selection) };
      const tail = createMetricsTail(folder, generations.get(folder));
      const { generation, rows, columns } = await tail.history();
      const encoded = encodeColumns(selectColumns(columns, selection));
      // Last, so that nothing is told of it before the answer has gone out.
      tails.set(folder, tail);
      generations.set(folder, generation);
      return { config, history: { generation, rows, columns: encoded } };
    },
    detach: (folder) => {
      tails.delete(folder);
    },
    history,
    collect: async () => {
      const batches = await Promise.all(
        [...tails].map(([folder, tail]) => collectOne(folder, tail)),
      );
      return batches.flat();
    },
  };
}
