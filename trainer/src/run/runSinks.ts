import { hostname } from 'node:os';
import { openEventFile, type EventFile } from './eventFile.ts';
import { openLog, type Log } from './log.ts';
import { openMetricSinks, type MetricSink, type MetricSinks } from './metricSink.ts';
import { openMetricsWriter, type MetricsWriter } from './metricsWriter.ts';
import type { OpenRunOptions } from './openRunOptions.ts';

/** Everything of a run that is appended to. */
export interface RunSinks {
  log: Log;
  metrics: MetricSinks;
}

/** Opens the log, then `metrics.jsonl`, TensorBoard's events and whatever else takes the metrics. */
export async function openSinks(options: OpenRunOptions): Promise<RunSinks> {
  const { folder, tensorboard, clock, sinks = [] } = options;
  const log = openLog(folder, clock);
  const tell = (text: string): void => {
    options.onTrouble?.(text);
    log.write(text);
  };
  const all = [
    metricsFile(options, tell),
    ...(tensorboard ? [tensorboardEvents(options)] : []),
    ...sinks,
  ];
  try {
    const metrics = await openMetricSinks(all, (name, error) => {
      const why = error instanceof Error ? error.message : String(error);
      tell(`${name} takes no more metrics of this run: ${why}`);
    });
    return { log, metrics };
  } catch (error) {
    log.close();
    throw error;
  }
}

function metricsFile({ folder, resume }: OpenRunOptions, tell: (text: string) => void): MetricSink {
  return fileSink('metrics.jsonl', async () => {
    const writer = await openMetricsWriter(folder, resume && { lastStep: resume.step });
    const last = writer.goesOnFrom ?? 0;
    if (resume && last < resume.step - (resume.step % (resume.recordedEvery ?? Infinity))) {
      tell(
        `metrics.jsonl ends at step ${last}, and the run goes on from step ${resume.step}: what was measured in between is lost`,
      );
    }
    return writer;
  });
}

function tensorboardEvents({ folder, clock, resume }: OpenRunOptions): MetricSink {
  return fileSink('the TensorBoard event file', () =>
    openEventFile(folder, {
      host: hostname(),
      pid: process.pid,
      time: clock().getTime() / 1000,
      ...(resume && { resumeStep: resume.step + 1 }),
    }),
  );
}

type OpenFile = MetricsWriter | EventFile;

function fileSink(name: string, openFile: () => OpenFile | Promise<OpenFile>): MetricSink {
  let file: OpenFile | null = null;
  return {
    name,
    open: async () => {
      file = await openFile();
    },
    write: (record) => file?.write(record),
    flush: async () => file?.sync(),
    close: async () => {
      const closing = file;
      file = null;
      await closing?.close();
    },
  };
}
