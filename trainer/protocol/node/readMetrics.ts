import { open, readFile } from 'node:fs/promises';
import path from 'node:path';
import {
  decodeMetricsIndex,
  type MetricsColumns,
  type MetricsProblem,
  parseMetrics,
  toColumns,
} from '@deepcoder/vocabulary';

export interface RunMetrics {
  columns: MetricsColumns;
  /** Lines that are no records, among those that no index covers; counted from the first of them. */
  problems: MetricsProblem[];
  /** Bytes of `metrics.jsonl` up to and with its last line end. */
  completeBytes: number;
}

/** All metrics of a run: what the index covers from there, the rest from the text. None: no rows. */
export async function readMetrics(folder: string): Promise<RunMetrics> {
  const bytes = await readFile(path.join(folder, 'metrics.index')).catch(() => null);
  const index = bytes === null ? null : decodeMetricsIndex(bytes);
  const rest = await readFrom(path.join(folder, 'metrics.jsonl'), index?.coveredBytes ?? 0);
  // An index that covers more than there is belongs to an earlier text.
  if (rest === null && index !== null)
    return fromText(await readFrom(path.join(folder, 'metrics.jsonl'), 0), 0);
  return fromText(rest, index?.coveredBytes ?? 0, index?.columns);
}

function fromText(bytes: Buffer | null, offset: number, before?: MetricsColumns): RunMetrics {
  const complete = bytes === null ? 0 : bytes.lastIndexOf('\n') + 1;
  const { records, problems } = parseMetrics(bytes?.toString('utf8', 0, complete) ?? '');
  return { columns: toColumns(records, before), problems, completeBytes: offset + complete };
}

/** The bytes from `offset` to the end, or null when the file is shorter or is not there. */
async function readFrom(file: string, offset: number): Promise<Buffer | null> {
  const handle = await open(file, 'r').catch(() => null);
  if (handle === null) return null;
  try {
    const { size } = await handle.stat();
    if (size < offset) return null;
    const bytes = Buffer.alloc(size - offset);
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, offset);
    return bytes.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
