import type { RunFile } from '@deepcoder/trainer-protocol';
import type { MetricSink } from './metricSink.ts';

export interface OpenRunOptions {
  /** Folder of the run, which exists: made by `createRunFolder`, or of the run that goes on. */
  folder: string;
  name: string;
  /** The resolved config, as `config.yaml` keeps it. */
  configText: string;
  seed: number;
  versions: Record<string, string>;
  gitCommit: string | null;
  fingerprints: RunFile['fingerprints'];
  totalSteps: number;
  /** 0: all cores, shared evenly with other live runs. */
  threads: number;
  tensorboard: boolean;
  /** Where else metrics go, after `metrics.jsonl`. */
  sinks?: readonly MetricSink[];
  /** Told in words what does not end the run: a sink that failed, records that were lost. */
  onTrouble?: (text: string) => void;
  clock: () => Date;
  /** For a run that goes on: where the checkpoint is that it goes on from. */
  resume?: {
    step: number;
    tokensSeen: number;
    /** Steps from one record of metrics to the next until then; without it nobody looks whether some were lost. */
    recordedEvery?: number;
    /** Take over a run that says it runs on another machine: only the user can know that it does not. */
    takeOver?: boolean;
  };
}
