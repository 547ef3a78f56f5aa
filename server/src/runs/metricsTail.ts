import { open, stat } from 'node:fs/promises';
import path from 'node:path';
import { readMetrics, type RunMetrics } from '@deepcoder/trainer-protocol/node';
import { type MetricsRecord, parseMetrics } from '@deepcoder/vocabulary';

/** What has come to `metrics.jsonl` since it was last looked at. */
interface TailNews {
  generation: number;
  /** Records before these. */
  firstRow: number;
  records: MetricsRecord[];
}

export interface MetricsTail {
  /** Everything up to now; what `read` gives goes on from here. */
  history: () => Promise<RunMetrics & { generation: number; rows: number }>;
  /** New records, or null. At most some MB at a time: ask again at once where `more` says so. */
  read: () => Promise<(TailNews & { more: boolean }) | null>;
}

const MOST_BYTES = 4 << 20;

/** Follows the metrics of a run, also while another process cuts the file off or writes it anew. */
export function createMetricsTail(folder: string, firstGeneration = 0): MetricsTail {
  const file = path.join(folder, 'metrics.jsonl');
  let [generation, rows, offset] = [firstGeneration, 0, 0];
  let inode: bigint | null = null;

  const history = async () => {
    inode = (await stateOf(file))?.ino ?? null;
    const metrics = await readMetrics(folder);
    rows = metrics.columns.step.length;
    offset = metrics.completeBytes;
    return { ...metrics, generation, rows };
  };
  return {
    history,
    read: async () => {
      const state = await stateOf(file);
      if (state === null) return null;
      // A run that goes on from a checkpoint writes the file anew, without what came after it.
      const isAnother = inode !== null && state.ino !== inode;
      if (isAnother || state.size < offset) {
        generation += 1;
        await history();
        return { generation, firstRow: rows, records: [], more: false };
      }
      inode = state.ino;
      if (state.size === offset) return null;
      const bytes = await readPart(file, offset, Math.min(MOST_BYTES, state.size - offset));
      const complete = bytes.lastIndexOf('\n') + 1;
      if (complete === 0) return null;
      const { records } = parseMetrics(bytes.toString('utf8', 0, complete));
      const firstRow = rows;
      offset += complete;
      rows += records.length;
      return { generation, firstRow, records, more: state.size - offset > MOST_BYTES / 2 };
    },
  };
}

/** The newest records, from the end of the file; for lists, which show the last value of a few metrics. */
export async function lastRecords(folder: string, bytes = 1 << 16): Promise<MetricsRecord[]> {
  const file = path.join(folder, 'metrics.jsonl');
  const size = (await stateOf(file))?.size ?? 0;
  if (size === 0) return [];
  const from = Math.max(0, size - bytes);
  const text = (await readPart(file, from, size - from)).toString('utf8');
  // The first line may have lost its beginning.
  return parseMetrics(from === 0 ? text : text.slice(text.indexOf('\n') + 1)).records;
}

async function stateOf(file: string): Promise<{ size: number; ino: bigint } | null> {
  const found = await stat(file, { bigint: true }).catch(() => null);
  return found && { size: Number(found.size), ino: found.ino };
}

async function readPart(file: string, from: number, length: number): Promise<Buffer> {
  const handle = await open(file, 'r');
  try {
    const buffer = Buffer.alloc(length);
    const { bytesRead } = await handle.read(buffer, 0, length, from);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
