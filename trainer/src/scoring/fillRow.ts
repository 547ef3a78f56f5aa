import type { TeacherScores } from './scoreRecord.ts';

/** Nearer to 0 than this a tail could not be told from rounding. */
export const LEAST_TAIL = 1e-7;

/** Fills the cells `[at, end)` of the row that begins at `from` with further tokens, of probability 0. */
export function fillRow(
  { ids, logps }: Pick<TeacherScores, 'ids' | 'logps'>,
  { at, from, end }: { at: number; from: number; end: number },
  isToken: (id: number) => boolean,
): void {
  for (let id = 0; at < end; id++) {
    if (!isToken(id) || ids.subarray(from, at).includes(id)) continue;
    ids[at] = id;
    logps[at++] = -Infinity;
  }
}
