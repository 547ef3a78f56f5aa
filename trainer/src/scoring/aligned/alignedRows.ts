import { fillRow, LEAST_TAIL } from '../fillRow.ts';
import { LOGP_FLOOR } from '../scoreRecord.ts';
import type { TokenScores } from '../tokenScorer.ts';
import type { TokenTranslation } from './tokenTranslation.ts';

/** The teacher's scores of one sample's tokens, in tokens of the student; rows that are not put say nothing. */
export interface AlignedRows {
  readonly scores: TokenScores;
  /** A token that is one to both: the teacher's own row. */
  putRow(row: number, theirs: TeacherRow): void;
  /** A token that is told only from everything else, by its log-probability in nats. */
  putLabel(row: number, label: number, logp: number): void;
}

/** Row `row` of the teacher's scores, with `k` cells a row. */
interface TeacherRow {
  scores: TokenScores;
  row: number;
  k: number;
  /** What stands there: the same to both, whatever bytes it stands for. */
  label: { own: number; theirs: number };
}

/** @param k cells a row, at most as many as the student has tokens */
export function alignedRows(
  count: number,
  { k, translation }: { k: number; translation: TokenTranslation },
): AlignedRows {
  const scores: TokenScores = {
    ids: new Uint32Array(count * k),
    logps: new Float32Array(count * k),
    tailLogp: new Float32Array(count),
    labelLogp: new Float32Array(count).fill(LOGP_FLOOR),
  };
  const put = (row: number, cells: readonly [id: number, mass: number][]): void => {
    const [from, end] = [row * k, (row + 1) * k];
    let at = from;
    for (const [id, mass] of cells) {
      scores.ids[at] = id;
      scores.logps[at++] = Math.min(0, Math.log(mass));
    }
    fillRow(scores, { at, from, end }, translation.isToken);
  };
  const putTail = (row: number, mass: number): void => {
    scores.tailLogp[row] = Math.min(0, Math.log(Math.max(LEAST_TAIL, mass)));
  };
  for (let row = 0; row < count; row++) put(row, []);
  scores.tailLogp.fill(LOGP_FLOOR);
  return {
    scores,
    putRow(row, theirs) {
      const { masses, outside } = translated(theirs, translation);
      const cells = [...masses].sort(([a, p], [b, q]) => q - p || a - b);
      const rest = cells.slice(k).reduce((sum, [, mass]) => sum + mass, outside);
      put(row, cells.slice(0, k));
      putTail(row, rest);
      scores.labelLogp[row] = theirs.scores.labelLogp[theirs.row]!;
    },
    putLabel(row, label, logp) {
      put(row, [[label, Math.exp(logp)]]);
      putTail(row, -Math.expm1(logp));
      scores.labelLogp[row] = logp;
    },
  };
}

/** Probabilities of the student's tokens, and of everything else. */
function translated(
  { scores, row, k, label }: TeacherRow,
  { ownId }: TokenTranslation,
): { masses: Map<number, number>; outside: number } {
  const masses = new Map<number, number>();
  let outside = Math.exp(scores.tailLogp[row]!);
  for (let cell = row * k; cell < (row + 1) * k; cell++) {
    const id = scores.ids[cell]!;
    const own = id === label.theirs ? label.own : ownId(id);
    const mass = Math.exp(scores.logps[cell]!);
    if (own < 0) outside += mass;
    else if (mass > 0) masses.set(own, (masses.get(own) ?? 0) + mass);
  }
  return { masses, outside };
}
