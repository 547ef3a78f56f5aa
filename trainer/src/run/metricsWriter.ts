import { readFile, rm, stat, truncate } from 'node:fs/promises';
import path from 'node:path';
import { openAppendFile } from '../disk/appendFile.ts';
import { atomicWrite } from '../disk/atomicWrite.ts';
import { readMetrics } from '@deepcoder/trainer-protocol/node';
import {
  encodeMetricsIndex,
  formatMetricsLine,
  type MetricsColumns,
  type MetricsRecord,
  toColumns,
} from '@deepcoder/vocabulary';

export interface MetricsWriter {
  /** The step of the last record that was there when it was opened. */
  goesOnFrom: number | null;
  /** Appends a record; it outlives the process as soon as this returns. */
  write: (record: MetricsRecord) => void;
  /** Brings everything to the disk and renews the index. */
  sync: () => Promise<void>;
  close: () => Promise<void>;
}

/** The index is rewritten after this many records, or a quarter of what it holds if that is more. */
const INDEX_EVERY = 1000;

/**
 * Opens `metrics.jsonl` for appending. A torn last line is cut off; so are, for a run that goes on from
 * a checkpoint, the records of later steps, which will be written again.
 */
export async function openMetricsWriter(
  folder: string,
  { lastStep = Number.POSITIVE_INFINITY }: { lastStep?: number } = {},
): Promise<MetricsWriter> {
  const file = path.join(folder, 'metrics.jsonl');
  let columns = await keepUntil(folder, lastStep);
  let bytes = await sizeOf(file);
  let pending: MetricsRecord[] = [];
  let indexing: Promise<void> | null = null;
  const appended = openAppendFile(file);

  const writeIndex = async () => {
    columns = toColumns(pending, columns);
    pending = [];
    await atomicWrite(
      path.join(folder, 'metrics.index'),
      encodeMetricsIndex({ columns, coveredBytes: bytes }),
    );
  };
  const startIndexing = () => {
    indexing = writeIndex()
      // The index only saves time; the text beside it is what counts.
      .catch(() => undefined)
      .finally(() => {
        indexing = null;
      });
    return indexing;
  };
  const sync = async () => {
    await indexing;
    appended.sync();
    await startIndexing();
  };
  return {
    goesOnFrom: columns.step.at(-1) ?? null,
    write: (record) => {
      const line = Buffer.from(formatMetricsLine(record));
      appended.append(line);
      bytes += line.length;
      pending.push(record);
      const due = Math.max(INDEX_EVERY, columns.step.length / 4);
      if (indexing === null && pending.length >= due) void startIndexing();
    },
    sync,
    close: async () => {
      await sync();
      appended.close();
    },
  };
}

async function keepUntil(folder: string, lastStep: number): Promise<MetricsColumns> {
  const file = path.join(folder, 'metrics.jsonl');
  const size = await sizeOf(file);
  if (size === 0) return toColumns([]);
  const { columns, completeBytes } = await readMetrics(folder);
  const isLater = columns.step.some((step) => step > lastStep);
  if (!isLater) {
    if (completeBytes < size) await truncate(file, completeBytes);
    return columns;
  }
  // The index goes first: it must never speak of records that are no longer there.
  await rm(path.join(folder, 'metrics.index'), { force: true });
  await atomicWrite(file, keptLines(await readFile(file, 'utf8'), lastStep));
  return (await readMetrics(folder)).columns;
}

function keptLines(text: string, lastStep: number): string {
  const kept = text.split('\n').filter((line) => {
    try {
      return (JSON.parse(line) as { step: number }).step <= lastStep;
    } catch {
      return false;
    }
  });
  return kept.map((line) => `${line}\n`).join('');
}

async function sizeOf(file: string): Promise<number> {
  return stat(file).then(
    ({ size }) => size,
    () => 0,
  );
}
