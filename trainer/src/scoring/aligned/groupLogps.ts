import type { TokenScores } from '../tokenScorer.ts';
import type { TokenTranslation } from './tokenTranslation.ts';

/** The teacher's scores of the tokens of one pair: rows from `first` on, k cells each. */
export interface GroupScores {
  scores: TokenScores;
  first: number;
  k: number;
  translation: TokenTranslation;
}

/**
 * The probability of each of the student's tokens that together say what some tokens of the teacher say, given
 * those before it; logarithms in nats. Their sum is the teacher's for the whole (chain rule). Where the student
 * cuts inside a token of the teacher, the share is the mass of those of the teacher's top k, the actual one
 * among them, that begin with the bytes up to the cut.
 *
 * @returns null where the two do not say the same bytes and the student has several tokens
 */
export function groupLogps(
  own: Int32Array,
  theirs: Int32Array,
  group: GroupScores,
): number[] | null {
  const { translation, scores, first } = group;
  const logps = Array.from(theirs, (_, token) => scores.labelLogp[first + token]!);
  const whole = logps.reduce((sum, logp) => sum + logp, 0);
  if (own.length === 1) return [Math.min(0, whole)];
  const ours = Array.from(own, (id) => translation.ownBytes(id));
  const others = Array.from(theirs, (id) => translation.theirBytes(id));
  const text = ours.join('');
  if (text !== others.join('')) return null;
  const reached = (place: number): number => {
    let [start, sum] = [0, 0];
    for (const [token, bytes] of others.entries()) {
      if (place < start + bytes.length) {
        return place === start
          ? sum
          : sum + massLogp({ token, id: theirs[token]! }, text.slice(start, place), group);
      }
      start += bytes.length;
      sum += logps[token]!;
    }
    return sum;
  };
  let [place, before] = [0, 0];
  return ours.map((bytes) => {
    place += bytes.length;
    const now = reached(place);
    const logp = Math.min(0, now - before);
    before = now;
    return logp;
  });
}

/** Log of the mass of the tokens that begin with some bytes, among the top k and the one that stands there. */
function massLogp(
  { token, id }: { token: number; id: number },
  bytes: string,
  { scores, first, k, translation }: GroupScores,
): number {
  const row = first + token;
  const logps = [scores.labelLogp[row]!];
  for (let cell = row * k; cell < (row + 1) * k; cell++) {
    const other = scores.ids[cell]!;
    if (other === id || !translation.theirBytes(other).startsWith(bytes)) continue;
    logps.push(scores.logps[cell]!);
  }
  const most = logps.reduce((a, b) => Math.max(a, b), -Infinity);
  if (most === -Infinity) return most;
  return most + Math.log(logps.reduce((sum, logp) => sum + Math.exp(logp - most), 0));
}
