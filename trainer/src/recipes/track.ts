import path from 'node:path';
import { type Config, DeepCoderError } from '@deepcoder/config';
import { isLive, readRun } from '@deepcoder/trainer-protocol/node';
import type { RunEnd } from '../run/metricSink.ts';
import { attachReport, openTrackers, type TrackerEnvironment } from '../trackers/openTrackers.ts';
import { trackedRun } from '../trackers/tracker.ts';

export interface TrackRequest {
  folder: string;
  config: Config;
  /** As the run folder keeps it. */
  configText: string;
  /** The report, where there is one. */
  report: string | null;
  environment: TrackerEnvironment;
  say: (text: string) => void;
  now: () => number;
}

/** Sends the trackers of a run that is over what they have not got yet; gives their names. */
export async function track(request: TrackRequest): Promise<string[]> {
  const { folder, config, configText, report, environment, say, now } = request;
  const summary = await readRun(folder);
  if (!('run' in summary)) {
    throw new DeepCoderError('run/unreadable', `run ${folder}: ${summary.problem}`, {
      exitCode: 3,
    });
  }
  if (isLive(summary.status)) {
    const message = `run ${folder}: is ${summary.status} and sends its metrics itself`;
    throw new DeepCoderError('run/live', message, { exitCode: 3 });
  }
  const run = await trackedRun(path.resolve(folder), { configText, report: say, now });
  const trackers = await openTrackers(config, run, environment);
  if (trackers.length === 0) {
    const message = `run ${folder}: its config names no tracker; name one with --set "log.mlflow={url: ...}" or "log.wandb={}"`;
    throw new DeepCoderError('tracker/none', message, { exitCode: 2 });
  }
  const { state } = summary.run;
  const end: RunEnd = state === 'finished' || state === 'stopped' ? state : 'failed';
  for (const tracker of trackers) {
    await tracker.open();
    await tracker.close(end);
  }
  await attachReport(trackers, report, say);
  return trackers.map(({ name }) => name);
}
