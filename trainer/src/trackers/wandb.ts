import { randomBytes } from 'node:crypto';
import { copyFile, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { parseMetrics, type MetricsRecord } from '@deepcoder/vocabulary';
import { openAppendFile, type AppendFile } from '../disk/appendFile.ts';
import { makeFolder } from '../disk/makeFolder.ts';
import type { RunEnd } from '../run/metricSink.ts';
import { openTrackerState, type TrackerState } from './trackerState.ts';
import type { TrackedRun, Tracker } from './tracker.ts';
import { wandbEncoder, type WandbEncoder } from './wandbFile.ts';
import type { WandbSync } from './wandbSync.ts';

export interface WandbOptions {
  project: string;
  entity: string | null;
  tags: readonly string[];
  /** Uploads a folder; null: the user does, with `wandb sync`. */
  sync: WandbSync | null;
}

const EXIT_CODE: Readonly<Record<RunEnd, number>> = { finished: 0, stopped: 0, failed: 1 };

/**
 * A run in Weights & Biases: a `.wandb` file in the run's folder, which the official program uploads. The file is
 * made of `metrics.jsonl` from the beginning whenever the run is opened, so that it has every step once.
 */
export function wandbTracker(run: TrackedRun, options: WandbOptions): Tracker {
  let writing: Writing | null = null;
  let state: TrackerState | null = null;
  return {
    name: 'W&B',
    open: async () => {
      const own = await openTrackerState(run.folder, 'wandb', 'W&B');
      state = own;
      const runId = own.file().runId ?? randomBytes(4).toString('hex');
      await own.save({ runId });
      writing = await beginFile(run, options, runId);
      const text = await readFile(path.join(run.folder, 'metrics.jsonl'), 'utf8').catch(() => '');
      for (const record of parseMetrics(text).records) writing.add(record);
    },
    write: (record) => writing?.add(record),
    flush: async () => Promise.resolve(writing?.file.sync()),
    close: async (end) => {
      await Promise.resolve();
      writing?.end(EXIT_CODE[end]);
    },
    attach: async (report) => {
      if (writing === null || state === null) return;
      const { folder } = writing;
      if (report !== null) await copyFile(report, path.join(folder, 'files', 'report.html'));
      if (options.sync === null) {
        run.report(`W&B: wandb sync ${folder} uploads this run`);
        return;
      }
      const url = await options.sync(folder);
      if (url !== null) await state.save({ url });
    },
  };
}

interface Writing {
  folder: string;
  file: AppendFile;
  add: (record: MetricsRecord) => void;
  end: (exitCode: number) => void;
}

async function beginFile(
  run: TrackedRun,
  { project, entity, tags }: WandbOptions,
  runId: string,
): Promise<Writing> {
  const begun = new Date(run.startedAt);
  const stamp = begun.toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '_');
  const folder = path.join(run.folder, 'wandb', `offline-run-${stamp}-${runId}`);
  // It is as it was at an earlier end, and may have been uploaded so.
  await rm(path.dirname(folder), { recursive: true, force: true });
  await makeFolder(path.join(folder, 'files'));
  const file = openAppendFile(path.join(folder, `run-${runId}.wandb`));
  const encoder = wandbEncoder();
  const startTime = begun.getTime() / 1000;
  file.append(
    encoder.begin({
      ...{ id: runId, entity, project, name: run.id, tags, startTime },
      config: run.params.map(([name, value]) => [name, { value }]),
    }),
  );
  return { folder, file, ...historyWriter(file, encoder, startTime) };
}

/** A step of W&B is one row: what is measured at one step is put together, and written once a later one begins. */
function historyWriter(file: AppendFile, encoder: WandbEncoder, startTime: number) {
  const summary = new Map<string, number>();
  let row: { step: number; time: number; values: Map<string, number> } | null = null;
  const secondsAt = (time: number): number => Math.max(0, time - startTime);
  let last = startTime;
  const writeRow = (): void => {
    if (row === null) return;
    const { step, time, values } = row;
    const own = [
      ['_step', step],
      ['_timestamp', time],
      ['_runtime', secondsAt(time)],
    ] as const;
    file.append(encoder.history(step, [...values, ...own]));
    row = null;
  };
  return {
    add: ({ step, time, values }: MetricsRecord): void => {
      if (row !== null && row.step !== step) writeRow();
      row ??= { step, time, values: new Map() };
      last = time;
      for (const [name, value] of Object.entries(values)) {
        row.values.set(name, value);
        summary.set(name, value);
      }
    },
    end: (code: number): void => {
      writeRow();
      file.append(encoder.end([...summary], { code, seconds: secondsAt(last) }));
      file.sync();
      file.close();
    },
  };
}
