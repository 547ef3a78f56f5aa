import { hostname } from 'node:os';
import path from 'node:path';
import { flatConfig } from '@deepcoder/config';
import { readRun } from '@deepcoder/trainer-protocol/node';
import type { MetricSink } from '../run/metricSink.ts';

/** A program that keeps runs for a team, such as MLflow. Whatever it rejects with is reported and costs only itself. */
export interface Tracker extends MetricSink {
  /** Called last, with the path of the report; null where there is none. */
  attach: (report: string | null) => Promise<void>;
}

/** What trackers are told of a run. */
export interface TrackedRun {
  folder: string;
  /** The folder's name. */
  id: string;
  host: string;
  /** ISO 8601. */
  startedAt: string;
  /** The resolved config by path, without secrets. */
  params: readonly (readonly [name: string, value: string])[];
  report: (text: string) => void;
  /** Milliseconds since 1970. */
  now: () => number;
}

/** `configText`: the resolved config as the run folder keeps it, in which secrets are references. */
export async function trackedRun(
  folder: string,
  {
    configText,
    ...rest
  }: { configText: string; report: (text: string) => void; now: () => number },
): Promise<TrackedRun> {
  const earlier = await readRun(folder);
  return {
    folder,
    id: path.basename(path.resolve(folder)),
    host: hostname(),
    startedAt: 'run' in earlier ? earlier.run.startedAt : new Date(rest.now()).toISOString(),
    params: flatConfig(configText),
    ...rest,
  };
}
