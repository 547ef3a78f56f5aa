import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { MetricsRecord } from '@deepcoder/vocabulary';
import type { RunEnd } from '../run/metricSink.ts';
import { RefusedError, startDelivery, type Delivery } from './delivery.ts';
import type { MlflowClient } from './mlflowClient.ts';
import type { TrackedRun, Tracker } from './tracker.ts';
import { openTrackerState, type SentSteps, type TrackerState } from './trackerState.ts';

export interface MlflowOptions {
  client: MlflowClient;
  experiment: string;
  /** Store the report with the run. */
  report: boolean;
  /** How long the end of a run waits for what is not sent yet. */
  patienceMs?: number;
  /** Before the first attempt after a failure. */
  firstPauseMs?: number;
}

/** Of one request. */
const MOST_PARAMS = 100;
const LONGEST_PARAM = 500;
const PATIENCE_MS = 10_000;
/** The tag that says what the server has; it is set by the request that brings it. */
const SENT_TAG = 'deepcoder.sent';

const STATUS: Readonly<Record<RunEnd, string>> = {
  finished: 'FINISHED',
  stopped: 'KILLED',
  failed: 'FAILED',
};

/** A run in MLflow, over its REST interface. */
export function mlflowTracker(run: TrackedRun, options: MlflowOptions): Tracker {
  const { client, patienceMs = PATIENCE_MS, firstPauseMs = 1000 } = options;
  let state: TrackerState | null = null;
  let delivery: Delivery | null = null;
  let isWhole = false;
  const runId = (): string | null => state?.file().runId ?? null;
  const opened = async (own: TrackerState): Promise<string> => {
    const known = own.file().runId;
    if (known !== null) return known;
    const experiment = await experimentId(client, options.experiment);
    const made = await createRun(client, experiment, run);
    const url = `${client.url}/#/experiments/${experiment}/runs/${made}`;
    await own.save({ runId: made, url });
    return made;
  };
  return {
    name: 'MLflow',
    open: async () => {
      const own = await openTrackerState(run.folder, 'mlflow', 'MLflow');
      state = own;
      delivery = startDelivery({
        runFolder: run.folder,
        firstPauseMs,
        sent: own.file().sent,
        send: async (records, sentAfter) => {
          const id = await opened(own);
          await client.post('runs/log-batch', batchOf(id, records, sentAfter));
        },
        askSent: async () => {
          const id = runId();
          return id === null ? {} : sentOf(await client.get('runs/get', { run_id: id }));
        },
        onSent: (sent) => own.save({ sent }),
        report: (text) => {
          run.report(`MLflow ${text}`);
        },
      });
    },
    write: () => delivery?.wake(),
    flush: () => Promise.resolve(),
    close: async (end) => {
      isWhole = (await delivery?.finish(patienceMs)) ?? false;
      if (!isWhole) run.report(`MLflow has not got all metrics; deepcoder track sends the rest`);
      const id = runId();
      if (id === null || !isWhole) return;
      const ended = { run_id: id, status: STATUS[end], end_time: run.now() };
      await client.post('runs/update', ended);
    },
    attach: async (report) => {
      const id = runId();
      if (!options.report || report === null || id === null || !isWhole) return;
      const { artifact_uri: uri } = infoOf(await client.get('runs/get', { run_id: id }));
      const place = /^mlflow-artifacts:(?:\/\/[^/]*)?\/(.*)$/.exec(String(uri))?.[1];
      if (place === undefined) {
        throw new RefusedError(`its server does not take files (artifacts are at ${String(uri)})`);
      }
      await client.put(`${place}/report.html`, await readFile(report));
    },
  };
}

async function experimentId(client: MlflowClient, name: string): Promise<string> {
  const find = async (): Promise<string> => {
    const found = await client.get('experiments/get-by-name', { experiment_name: name });
    return (found as { experiment: { experiment_id: string } }).experiment.experiment_id;
  };
  try {
    return await find();
  } catch (error) {
    if (!(error instanceof RefusedError && error.message.includes('RESOURCE_DOES_NOT_EXIST'))) {
      throw error;
    }
  }
  try {
    const made = await client.post('experiments/create', { name });
    return (made as { experiment_id: string }).experiment_id;
  } catch (error) {
    // Another run was quicker.
    if (error instanceof RefusedError && error.message.includes('RESOURCE_ALREADY_EXISTS')) {
      return find();
    }
    throw error;
  }
}

/**
 * Of two requests that both arrived, because the answer to the first was lost, the second finds the run by the tag
 * that only this run has.
 */
async function createRun(client: MlflowClient, experiment: string, run: TrackedRun) {
  const key = `${run.host}:${path.resolve(run.folder)}`.replaceAll("'", '');
  const filter = `tags.\`deepcoder.run\` = '${key}'`;
  const found = (await client.post('runs/search', {
    experiment_ids: [experiment],
    filter,
    max_results: 1,
  })) as { runs?: { info: { run_id: string } }[] };
  const known = found.runs?.[0]?.info.run_id;
  if (known !== undefined) return known;
  const made = await client.post('runs/create', {
    experiment_id: experiment,
    start_time: run.now(),
    run_name: run.id,
    tags: [{ key: 'deepcoder.run', value: key }],
  });
  const id = String(infoOf(made)['run_id']);
  const params = run.params.map(([name, value]) => ({
    key: name,
    value: value.slice(0, LONGEST_PARAM),
  }));
  for (let from = 0; from < params.length; from += MOST_PARAMS) {
    const some = params.slice(from, from + MOST_PARAMS);
    await client.post('runs/log-batch', { run_id: id, params: some });
  }
  return id;
}

function batchOf(id: string, records: readonly MetricsRecord[], sent: SentSteps) {
  const metrics = records.flatMap(({ step, time, values }) =>
    Object.entries(values).map(([key, value]) => ({
      key,
      // Bare NaN is no JSON.
      value: Number.isFinite(value) ? value : String(value),
      timestamp: Math.round(time * 1000),
      step,
    })),
  );
  return { run_id: id, metrics, tags: [{ key: SENT_TAG, value: JSON.stringify(sent) }] };
}

function infoOf(answer: unknown): Record<string, unknown> {
  return (answer as { run: { info: Record<string, unknown> } }).run.info;
}

function sentOf(answer: unknown): SentSteps {
  const { data } = (answer as { run: { data?: { tags?: { key: string; value: string }[] } } }).run;
  const tag = data?.tags?.find(({ key }) => key === SENT_TAG);
  return tag === undefined ? {} : (JSON.parse(tag.value) as SentSteps);
}
