/** Where the points of a series lie; entry i of every array belongs to point i. Steps never fall. */
export interface SeriesAxes {
  step: Float64Array;
  tokens: Float64Array;
  /** Seconds since 1970. */
  time: Float64Array;
}

/** One metric. A value that was not finite is NaN; steps at which it was not measured are left out. */
export interface Series extends SeriesAxes {
  /** As in `metrics.jsonl`: `train/loss/reasoning`. */
  name: string;
  value: Float64Array;
  /** How many measured values there are for one that is here; 1 where none was left out. */
  every?: number;
}

export interface Fact {
  label: string;
  value: string;
  /** An address that the value leads to. */
  href?: string;
}

/** How one player did over a number of games. What was not measured is null. */
export interface PlayRow {
  who: string;
  /** Null in what older versions wrote, which knew one. */
  environment: string | null;
  split: string | null;
  games: number;
  /** Share of the games that were solved. */
  success: number;
  steps: number | null;
  reasoningTokens: number | null;
  /** Share of the actions that are the teacher's. */
  actionAgreement: number | null;
  secondsPerStep: number | null;
  /** Share of the actions that the environment refused. */
  invalidActions: number | null;
}

/** Half-open, in UTF-16 units of the episode's text. `kind` is one of the trajectory span kinds. */
export interface EpisodeSpan {
  start: number;
  end: number;
  kind: string;
  step: number;
}

export interface Episode {
  who: string;
  success: boolean | null;
  text: string;
  /** Sorted, not overlapping; what lies between them are labels. */
  spans: EpisodeSpan[];
}

/** All that a page shows of a run. */
export interface Run {
  id: string;
  name: string;
  /** `running`, `finished`, `failed`, ... */
  state: string;
  /** Why it failed, in a sentence. */
  error: string | null;
  /** The last lines that it wrote, where it ended badly. */
  log?: string[];
  /** There is a checkpoint to go on from. */
  canResume?: boolean;
  facts: Fact[];
  /** YAML. */
  config: string;
  series: Series[];
  play: PlayRow[];
  episodes: Episode[];
  /** What could not be read, each in a sentence. */
  problems: string[];
}
