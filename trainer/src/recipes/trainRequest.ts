import type { Config, ConfigYaml } from '@deepcoder/config';
import type { Ranks } from '../engine/collective/ranks.ts';
import type { EnvironmentSource } from '../data/types.ts';
import type { RunMakings } from '../run/compareRuns.ts';
import type { Progress } from '../run/progress.ts';
import type { Run } from '../run/openRun.ts';
import type { TrackerEnvironment } from '../trackers/openTrackers.ts';

export interface TrainRequest {
  config: Config;
  yaml: ConfigYaml;
  /** The resolved config, as the run folder keeps it. */
  configText: string;
  cwd: string;
  environments: Record<string, EnvironmentSource>;
  versions: Record<string, string>;
  gitCommit: string | null;
  progress: Progress;
  /** Milliseconds since 1970. */
  now: () => number;
  workers: number;
  /** Where trackers find their keys. */
  trackers: TrackerEnvironment;
  /** Whom it is trained with. Default: this process alone. */
  ranks?: Ranks | undefined;
  /** Called once with the run, so that signals can reach it. */
  onRun?: (run: Run) => Promise<void>;
  /** Breaks off what comes before there is a run; from then on `Run.requestStop` does. */
  signal?: AbortSignal | undefined;
  /** To go on with a run instead of starting one. */
  resume?: ResumeRequest | undefined;
}

export interface ResumeRequest {
  folder: string;
  /** The checkpoint to go on from, and its step. */
  checkpoint: string;
  step: number;
  tokensSeen: number;
  /** What is wrong with newer checkpoints, which are passed over. */
  damaged: readonly string[];
  makings: RunMakings;
  acceptChanges: boolean;
}
