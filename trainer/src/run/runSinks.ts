import { hostname } from 'node:os';
import type { MetricsRecord } from '@deepcoder/trainer-protocol';
import { openEventFile } from './eventFile.ts';
import { openLog } from './log.ts';
import { openMetricsWriter } from './metricsWriter.ts';
import type { OpenRunOptions } from './openRunOptions.ts';

export type RunSinks = Awaited<ReturnType<typeof openSinks>>;

/** Everything of a run that is appended to: log, metrics, TensorBoard events. */
export async function openSinks({ folder, tensorboard, clock, resume }: OpenRunOptions) {
  const log = openLog(folder, clock);
  const writer = await openMetricsWriter(folder, resume && { lastStep: resume.step });
  const events = tensorboard
    ? openEventFile(folder, {
        host: hostname(),
        pid: process.pid,
        time: clock().getTime() / 1000,
        ...(resume && { resumeStep: resume.step + 1 }),
      })
    : null;
  return {
    log,
    metrics: (record: MetricsRecord) => {
      writer.write(record);
      events?.write(record);
    },
    sync: async () => {
      await writer.sync();
      events?.sync();
    },
    /** All are closed, also where one of them cannot be. */
    close: async () => {
      try {
        await writer.close();
      } finally {
        try {
          events?.close();
        } finally {
          log.close();
        }
      }
    },
  };
}
