import type { RunInfo } from '@deepcoder/server-protocol';

/** Runs that have something to ask, of those that are known. */
export function trainedRuns(runs: readonly RunInfo[]): RunInfo[] {
  return runs.filter(({ hasBest, checkpoints }) => hasBest || checkpoints.length > 0);
}

/**
 * Which of the fitting runs, newest first, is asked: the one that was chosen before, else the only one.
 * `ask`: a person has to say.
 */
export function chosenRun(
  fitting: readonly RunInfo[],
  remembered: string | undefined,
): RunInfo | 'ask' | null {
  const known = fitting.find(({ folder }) => folder === remembered);
  if (known !== undefined) return known;
  const [newest] = fitting;
  if (newest === undefined) return null;
  return fitting.length === 1 ? newest : 'ask';
}

/** Another one when the run's student is: losses that were told before are old then. */
export function studentStamp({ folder, best, checkpoints }: RunInfo): string {
  return [folder, best?.step ?? checkpoints.at(-1) ?? 0].join('@');
}
