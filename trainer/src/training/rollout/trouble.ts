import type { RolloutState } from '../loopState.ts';
import type { LotFigures } from './rolloutValues.ts';

/** Lots whose mean later ones are held against. */
const FIRST_LOTS = 5;
/** Episodes this many times as long as at first: length inflates. */
const INFLATED = 2;
/** Of the student's tokens so many fewer are in the teacher's top k than at first: the two fall apart. */
const FALLEN = 0.15;

export function firstRolloutState(): RolloutState {
  return { lots: 0, first: { lots: 0, tokens: 0, overlap: 0 } };
}

/** The state after a lot, and what is wrong with it; null where nothing is. */
export function judgeLot(
  state: RolloutState,
  { tokens, overlap }: Pick<LotFigures, 'tokens' | 'overlap'>,
): { state: RolloutState; trouble: string | null } {
  const { first } = state;
  const lots = state.lots + 1;
  if (first.lots < FIRST_LOTS) {
    const count = first.lots + 1;
    const mean = (before: number, now: number): number => before + (now - before) / count;
    const next = {
      ...{ lots: count, tokens: mean(first.tokens, tokens) },
      overlap: mean(first.overlap, overlap),
    };
    return { state: { lots, first: next }, trouble: null };
  }
  const next = { lots, first };
  if (tokens > INFLATED * first.tokens) {
    const trouble = `its episodes have ${tokens.toFixed(0)} tokens, and had ${first.tokens.toFixed(0)} at first`;
    return { state: next, trouble };
  }
  if (overlap < first.overlap - FALLEN) {
    const trouble = `${percent(overlap)} of its tokens are in the teacher's top k, and ${percent(first.overlap)} were at first`;
    return { state: next, trouble };
  }
  return { state: next, trouble: null };
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}
