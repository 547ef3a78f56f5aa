import { encodedColumnsSchema, encodedRecordsSchema } from '@deepcoder/vocabulary';
import { z } from 'zod';
import { problemSchema } from './shared.ts';

/** What a run is doing. `crashed`: its process is gone; `remote`: it is on another machine; `unreadable`: see `problem`. */
export const runStatusSchema = z.enum([
  'starting',
  'running',
  'paused',
  'finished',
  'stopped',
  'failed',
  'crashed',
  'remote',
  'unreadable',
]);

/** Absolute path of a run's folder; what names a run everywhere. */
const folder = z.string().min(1);

const count = z.int().min(0);

/** A run as lists and status bars show it. */
export const runInfoSchema = z.object({
  folder,
  /** The folder's name. */
  id: z.string(),
  name: z.string(),
  status: runStatusSchema,
  /** Why the folder cannot be read; null where it can. */
  problem: z.string().nullable(),
  /** ISO 8601, UTC; null where unknown. */
  startedAt: z.string().nullable(),
  updatedAt: z.string().nullable(),
  endedAt: z.string().nullable(),
  step: count,
  totalSteps: count,
  tokensSeen: z.number().min(0),
  /** Of the newest record that has it; null where none has, NaN and infinity too. */
  loss: z.number().nullable(),
  tokensPerSecond: z.number().nullable(),
  secondsLeft: z.number().nullable(),
  best: z.object({ metric: z.string(), value: z.number(), step: count }).nullable(),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  host: z.string(),
  pid: count,
  seed: z.int().nullable(),
  /** What computes, with its version; null while that is not known. */
  executor: z.string().nullable(),
  /** Steps that have a whole checkpoint, in order. */
  checkpoints: z.array(count),
  hasBest: z.boolean(),
  hasReport: z.boolean(),
  /** The run in trackers such as MLflow. */
  links: z.array(z.object({ label: z.string(), url: z.string() })),
  /** The last lines of `trainer.log` and of what the process printed, of a run that failed or crashed. */
  lastLines: z.array(z.string()),
});

export type RunInfo = z.output<typeof runInfoSchema>;
export type RunStatusName = z.output<typeof runStatusSchema>;

/** Request: the runs below the workspace's run folders, or below `dirs` (absolute), oldest first. */
export const runsList = {
  method: 'deepcoder/runs/list',
  params: z.object({ dirs: z.array(z.string()).optional() }),
  result: z.object({ runs: z.array(runInfoSchema) }),
} as const;

/** A launch that came to a run, or why it did not. */
const launchResult = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), run: runInfoSchema, warnings: z.array(z.string()) }),
  z.object({
    ok: z.literal(false),
    /** `untrusted`, `check`, `running`, `ended`, ... */
    code: z.string(),
    message: z.string(),
    problems: z.array(
      problemSchema.extend({
        /** Where it stands, lines and columns from 1; null where it has no place in a file. */
        place: z.object({ file: z.string(), line: count, column: count }).nullable(),
      }),
    ),
    /** The last lines that the process printed. */
    lastLines: z.array(z.string()),
  }),
]);

export type LaunchResult = z.output<typeof launchResult>;

/** Request: checks a config without starting it, then trains it in a process of its own. */
export const runsStart = {
  method: 'deepcoder/runs/start',
  params: z.object({
    /** Absolute path of a config file, or a preset's name. */
    config: z.string().min(1),
    /** Over the config: `key.path=value`. */
    set: z.array(z.string()).default([]),
    /** An entry of `environments`. */
    environment: z.string().optional(),
    /** Working folder, absolute; default: the workspace folder of the config. */
    cwd: z.string().optional(),
    /** false: start at once. */
    check: z.boolean().default(true),
    /** true: also where a run of this name trains already; else that is refused as `running`. */
    again: z.boolean().default(false),
  }),
  result: launchResult,
} as const;

/** Request: goes on with a run that has stopped or crashed. */
export const runsResume = {
  method: 'deepcoder/runs/resume',
  params: z.object({ folder, acceptChanges: z.boolean().default(false) }),
  result: launchResult,
} as const;

const controlResult = z.object({
  ok: z.boolean(),
  /** In words: what was done, or why not. */
  message: z.string(),
  run: runInfoSchema.nullable(),
});

export type ControlResult = z.output<typeof controlResult>;

function control<const Method extends string>(method: Method) {
  return { method, params: z.object({ folder }), result: controlResult } as const;
}

/** Requests to a live run; answered when it is done, after its current step. */
export const runsStop = control('deepcoder/runs/stop');
export const runsPause = control('deepcoder/runs/pause');
export const runsContinue = control('deepcoder/runs/continue');
export const runsCheckpoint = control('deepcoder/runs/checkpoint');

/** Request: removes the folder of a run that is not live. */
export const runsDelete = control('deepcoder/runs/delete');

/** Request: tells no more of the run's metrics. */
export const runsDetach = control('deepcoder/runs/detach');

/** Request: the last lines of the run's log, and of what its process printed. */
export const runsLog = {
  method: 'deepcoder/runs/log',
  params: z.object({ folder, lines: z.int().min(1).max(10_000).default(200) }),
  result: z.object({ lines: z.array(z.string()) }),
} as const;

const playedSpan = z.object({
  start: count,
  end: count,
  kind: z.string(),
  step: count,
});

/** Request: how players did in the environment, from the run's `play.json`; null while there is none. */
export const runsPlay = {
  method: 'deepcoder/runs/play',
  params: z.object({ folder }),
  result: z
    .object({
      rows: z.array(
        z.object({
          who: z.string(),
          environment: z.string().nullable(),
          split: z.string().nullable(),
          games: z.int(),
          success: z.number(),
          steps: z.number().nullable(),
          reasoningTokens: z.number().nullable(),
          actionAgreement: z.number().nullable(),
          secondsPerStep: z.number().nullable(),
          invalidActions: z.number().nullable(),
        }),
      ),
      episodes: z.array(
        z.object({
          who: z.string(),
          success: z.boolean(),
          text: z.string(),
          spans: z.array(playedSpan),
        }),
      ),
      /** Why the file cannot be read; null where it can. */
      problem: z.string().nullable(),
    })
    .nullable(),
} as const;

export type Played = NonNullable<z.output<typeof runsPlay.result>>;

const history = z.object({
  /** Grows by one when the file is written anew (a run that was resumed): then ask again. */
  generation: count,
  /** Records of the file that are in here or were left out by `maxPoints`; the next notification's `firstRow`. */
  rows: count,
  columns: encodedColumnsSchema,
});

const selection = {
  /** Metric names; default: all. */
  names: z.array(z.string()).optional(),
  /** Thin each series out to about so many points, keeping extremes. The axes are thinned along. */
  maxPoints: z.int().min(16).optional(),
};

/** Request: the run's whole history, and from now on `runsMetricsNotification` for it. */
export const runsAttach = {
  method: 'deepcoder/runs/attach',
  params: z.object({ folder, ...selection }),
  result: z.object({ run: runInfoSchema, config: z.string(), history }),
} as const;

/** Request: some of the history once more, for example a part at full resolution. Steps are inclusive. */
export const runsMetrics = {
  method: 'deepcoder/runs/metrics',
  params: z.object({
    folder,
    ...selection,
    fromStep: z.number().optional(),
    toStep: z.number().optional(),
  }),
  result: history,
} as const;

/** Notification: all that has come since the last one, of all attached runs; at most 20 a second. */
export const runsMetricsNotification = {
  method: 'deepcoder/runs/metrics',
  params: z.object({
    /** Counts the notifications of this connection from 1, without gaps. */
    sequence: z.int().min(1),
    runs: z.array(
      z.object({
        folder,
        generation: count,
        /** Records before these: more than there were so far if something is missing, fewer if some are told again. */
        firstRow: count,
        news: encodedRecordsSchema,
      }),
    ),
  }),
} as const;

/** Notification: runs that are new or have changed, and folders that are gone; at most 20 a second. */
export const runsChanged = {
  method: 'deepcoder/runs/changed',
  params: z.object({
    sequence: z.int().min(1),
    runs: z.array(runInfoSchema),
    removed: z.array(folder),
  }),
} as const;

export type RunsMetricsParams = z.output<typeof runsMetricsNotification.params>;
export type RunsChangedParams = z.output<typeof runsChanged.params>;
