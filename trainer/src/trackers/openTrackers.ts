import { type Config, DeepCoderError } from '@deepcoder/config';
import { mlflowTracker } from './mlflow.ts';
import { type Env, mlflowAuthorization, openMlflowClient } from './mlflowClient.ts';
import type { TrackedRun, Tracker } from './tracker.ts';
import { wandbTracker } from './wandb.ts';
import { wandbSync } from './wandbSync.ts';

export interface TrackerEnvironment {
  env: Env;
  home: string;
  /** How long the end of a run waits for a tracker. */
  patienceMs?: number;
}

/** The trackers that `log` of a config names. Throws `tracker/url` where one has no address. */
export async function openTrackers(
  { log }: Pick<Config, 'log'>,
  run: TrackedRun,
  { env, home, patienceMs }: TrackerEnvironment,
): Promise<Tracker[]> {
  const trackers: Tracker[] = [];
  if (log.mlflow !== null) {
    const { experiment, report } = log.mlflow;
    const url = mlflowUrl(log.mlflow.url, env);
    const client = openMlflowClient(url, await mlflowAuthorization(env, home));
    const patience = patienceMs === undefined ? {} : { patienceMs };
    trackers.push(mlflowTracker(run, { client, experiment, report, ...patience }));
  }
  if (log.wandb !== null) {
    const { project, entity, tags, mode } = log.wandb;
    const sync = mode === 'online' ? wandbSync(env) : null;
    trackers.push(wandbTracker(run, { project, entity, tags, sync }));
  }
  return trackers;
}

/** Throws `tracker/url`; before anything is made for a run. */
export function checkTrackers({ log }: Pick<Config, 'log'>, env: Env): void {
  if (log.mlflow !== null) mlflowUrl(log.mlflow.url, env);
}

/** The run is over: gives the trackers its report. What they reject with is only reported. */
export async function attachReport(
  trackers: readonly Tracker[],
  report: string | null,
  say: (text: string) => void,
): Promise<void> {
  for (const tracker of trackers) {
    await tracker.attach(report).catch((error: unknown) => {
      say(`${tracker.name}: ${error instanceof Error ? error.message : String(error)}`);
    });
  }
}

function mlflowUrl(given: string | null, env: Env): string {
  const url = given ?? env['MLFLOW_TRACKING_URI'];
  if (!url) {
    const message =
      'log.mlflow.url: is not given, nor is the environment variable MLFLOW_TRACKING_URI; give the address of the server';
    throw new DeepCoderError('tracker/url', message, { exitCode: 2 });
  }
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed === null || !['http:', 'https:'].includes(parsed.protocol)) {
    throw new DeepCoderError('tracker/url', 'log.mlflow.url: must begin with http:// or https://', {
      exitCode: 2,
    });
  }
  if (parsed.username !== '' || parsed.password !== '') {
    const message =
      'log.mlflow.url: has a password in it, which would be kept with the run; put it into MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD';
    throw new DeepCoderError('tracker/url', message, { exitCode: 2 });
  }
  return url;
}
