import { availableParallelism } from 'node:os';
import path from 'node:path';
import { DeepCoderError } from '@deepcoder/config';
import type { RunFile } from '@deepcoder/trainer-protocol';
import { atomicWrite } from '../disk/atomicWrite.ts';
import { clearLeftovers } from './checkpointFolders.ts';
import { ControlQueue, type BetweenSteps } from './controlQueue.ts';
import { openControlServer } from './controlServer.ts';
import { forgetLiveRun, noteLiveRun, otherLiveRuns, threadShare } from './liveRuns.ts';
import { isLive, readRun, type RunSummary } from '@deepcoder/trainer-protocol/node';
import type { MetricsRecord } from '@deepcoder/vocabulary';
import { createRecord, type RunRecord } from './runRecord.ts';
import { openSinks, type RunSinks } from './runSinks.ts';
import type { OpenRunOptions } from './openRunOptions.ts';

/** A run that is being worked on by this process. */
export interface Run {
  folder: string;
  /** Threads to compute with. */
  threads: number;
  /** Live runs that share the machine. */
  others: RunSummary[];
  /** What `run.json` says now. */
  file: () => Readonly<RunFile>;
  log: (text: string) => void;
  /** To every sink of metrics. */
  metrics: (record: MetricsRecord) => void;
  /** Remembers the best value; written with the next progress. */
  setBest: (best: NonNullable<RunFile['best']>) => void;
  /** Remembers what computes; written with the next progress. */
  noteExecutor: (build: string) => void;
  /**
   * To be called after every step: notes the progress, does what clients asked for, waits while the
   * run is paused. 'stop': write a checkpoint and end.
   */
  betweenSteps: (between: BetweenSteps & { tokensSeen: number }) => Promise<'go' | 'stop'>;
  /** What Ctrl-C does. */
  requestStop: () => void;
  /** As if somebody had asked for a pause; it begins before the next step. */
  requestPause: () => void;
  /** Aborted once the run is to stop: breaks off what is not done step by step. */
  stopSignal: AbortSignal;
  /** Brings metrics to the disk; for the moment before a checkpoint. */
  sync: () => Promise<void>;
  /** Writes the final state and lets go of everything. */
  end: (outcome: RunOutcome) => Promise<void>;
}

type RunOutcome =
  { state: 'finished' | 'stopped' } | { state: 'failed'; error: { code: string; message: string } };

/** Opens a run's files and its control socket, and says in `run.json` that it is there. */
export async function openRun(options: OpenRunOptions): Promise<Run> {
  const { folder } = options;
  const earlier = await earlierRun(options);
  const record = createRecord(options, earlier);
  const queue = new ControlQueue({
    onPause: (paused) => record.save({ state: paused ? 'paused' : 'running' }),
    status: () => ({ state: record.file().state, step: record.file().progress.step }),
  });
  const control = await openControlServer(folder, (request) => queue.handle(request));
  const letGo = async () => {
    queue.end(
      `the run has ended (${record.file().state}) after step ${record.file().progress.step}`,
    );
    await control.close();
    await forgetLiveRun(folder);
  };
  try {
    await record.save({ control: control.path });
    // Noted before looking around, so that of two runs that begin together each sees the other.
    await noteLiveRun(folder);
    const others = await otherLiveRuns(folder);
    const threads = options.threads || threadShare(availableParallelism(), others.length);
    await atomicWrite(path.join(folder, 'config.yaml'), options.configText);
    await record.save({ threads });
    await clearLeftovers(folder);
    const sinks = await openSinks(options);
    if (others.length > 0) sinks.log.write(sharingText(others, threads));
    return { folder, threads, others, ...runMethods({ record, queue, sinks, letGo }) };
  } catch (error) {
    const { code = 'bug', message } = error as NodeJS.ErrnoException;
    // The first error is the one to tell.
    await record.saveEnd({ state: 'failed', error: { code, message } }).catch(() => undefined);
    await letGo();
    throw error;
  }
}

type RunMethods = Omit<Run, 'folder' | 'threads' | 'others'>;

function runMethods({
  record,
  queue,
  sinks,
  letGo,
}: {
  record: RunRecord;
  queue: ControlQueue;
  sinks: RunSinks;
  letGo: () => Promise<void>;
}): RunMethods {
  return {
    file: record.file,
    log: sinks.log.write,
    metrics: sinks.metrics.write,
    setBest: (best) => {
      record.change({ best });
    },
    noteExecutor: (executor) => {
      record.change({ fingerprints: { ...record.file().fingerprints, executor } });
    },
    betweenSteps: async ({ tokensSeen, ...between }) => {
      const { totalSteps } = record.file().progress;
      record.change({ progress: { step: between.step, totalSteps, tokensSeen } });
      if (record.file().state === 'starting') await record.save({ state: 'running' });
      else await record.saveNowAndThen();
      return queue.settle(between);
    },
    requestStop: () => {
      queue.requestStop();
    },
    requestPause: () => {
      queue.requestPause();
    },
    stopSignal: queue.stopSignal,
    sync: sinks.metrics.flush,
    end: async (outcome) => {
      const error = 'error' in outcome ? outcome.error : null;
      const ended = await Promise.allSettled([
        sinks.metrics.close(outcome.state).finally(sinks.log.close),
        record.saveEnd({ state: outcome.state, error }),
      ]);
      await letGo();
      const later = ended.find((one) => one.status === 'rejected');
      // Where the run failed already, that is the error to tell; the full disk fails this, too.
      if (later !== undefined && error === null) throw later.reason as Error;
    },
  };
}

/** What the folder holds already: nothing, or a run that nobody is working on. */
async function earlierRun({ folder, resume }: OpenRunOptions): Promise<RunFile | null> {
  const summary = await readRun(folder);
  if ('problem' in summary) return null;
  const { status, run } = summary;
  if (isLive(status)) {
    throw new DeepCoderError(
      'run/live',
      `run ${folder}: process ${run.pid} is working on it (${status}); stop it first`,
      { exitCode: 3 },
    );
  }
  if (status === 'remote' && resume?.takeOver !== true) {
    throw new DeepCoderError(
      'run/remote',
      `run ${folder}: says that it runs on ${run.host}, which cannot be looked up from here; if it does not, resume with --accept-changes`,
      { exitCode: 3 },
    );
  }
  return run;
}

function sharingText(others: RunSummary[], threads: number): string {
  const names = others.map(({ run }) => run.id).join(', ');
  return `shares this machine with ${names}; computes with ${threads} thread${threads === 1 ? '' : 's'}`;
}
