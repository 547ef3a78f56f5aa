import { BadAnswer } from '../../http/badAnswer.ts';
import type { RowsRequest, ServerRows } from './scoreServer.ts';

/** What stands in one row of an answer. */
export interface TopTokens {
  ids: ArrayLike<number>;
  logps: ArrayLike<number>;
}

interface Row {
  top: TopTokens;
  /** Log-probability of the token that stands there; null where the server gives none. */
  label: number | null;
}

/** Two numbers for one probability, one of them rounded on its way, differ by less. */
const ROUNDING = 2e-2;
/** What rounding may add to a sum of probabilities: bfloat16 logits have 8 bits. */
const MASS_ROUNDING = 1e-2;

/**
 * Rows of an answer at the offsets that were asked for, each checked: k tokens, none twice, finite
 * log-probabilities by falling order with a mass of at most 1, and a label whose own log-probability is
 * the one in the row, or below all of them. A row about another token fails that.
 */
export function topRows(
  { ids, offsets, k }: Pick<RowsRequest, 'ids' | 'offsets' | 'k'>,
  rowAt: (offset: number) => Row,
): ServerRows {
  const count = offsets.length;
  const rows: ServerRows = {
    ids: new Int32Array(count * k),
    logps: new Float64Array(count * k),
    labelLogp: new Float64Array(count),
  };
  const seen = new SeenIds();
  for (const [row, offset] of offsets.entries()) {
    const { top, label } = rowAt(offset);
    const refuse = (why: string): BadAnswer =>
      new BadAnswer(`the scores of token ${offset} (id ${ids[offset] ?? -1}) ${why}`);
    if (label === null || !Number.isFinite(label)) throw refuse('have no log-probability of it');
    if (top.logps.length !== k || top.ids.length !== k)
      throw refuse(`have ${top.ids.length} top tokens, not ${k}`);
    const trouble = rowTrouble(top, { label, id: ids[offset] ?? -1, seen });
    if (trouble !== null) throw refuse(trouble);
    rows.ids.set(top.ids, row * k);
    rows.logps.set(top.logps, row * k);
    rows.labelLogp[row] = label;
  }
  return rows;
}

function rowTrouble(
  top: TopTokens,
  { label, id, seen }: { label: number; id: number; seen: SeenIds },
): string | null {
  let [mass, before, inTop] = [0, Infinity, false];
  seen.startRow();
  for (let at = 0; at < top.ids.length; at++) {
    const logp = top.logps[at] ?? Number.NaN;
    if (!Number.isFinite(logp) || logp > MASS_ROUNDING)
      return `have ${logp} among their log-probabilities`;
    if (logp > before + ROUNDING) return 'are not in falling order';
    if (!seen.add(top.ids[at] ?? -1)) return `have the token ${top.ids[at] ?? -1} twice`;
    if (top.ids[at] === id) {
      inTop = true;
      if (Math.abs(logp - label) > ROUNDING)
        return `give it ${label} by itself, but ${logp} among the top tokens`;
    }
    mass += Math.exp(logp);
    before = logp;
  }
  if (mass > 1 + MASS_ROUNDING) return `have a mass of ${mass.toFixed(4)}, which is above 1`;
  if (!inTop && label > before + ROUNDING) return 'leave out it, which is likelier than the rest';
  return null;
}

/** No vocabulary is so large. */
const MOST_IDS = 1 << 24;

/** The ids of a row; one array serves all rows, which is several times faster than a set for each. */
class SeenIds {
  #rowOf = new Int32Array(1 << 16);
  #row = 0;

  startRow(): void {
    this.#row++;
  }

  /** False for an id that the row has already, or that no vocabulary has. */
  add(id: number): boolean {
    if (id < 0 || id >= MOST_IDS) return false;
    if (id >= this.#rowOf.length) {
      const larger = new Int32Array(Math.min(MOST_IDS, 2 * id));
      larger.set(this.#rowOf);
      this.#rowOf = larger;
    }
    if (this.#rowOf[id] === this.#row) return false;
    this.#rowOf[id] = this.#row;
    return true;
  }
}
