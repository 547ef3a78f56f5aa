import { LOSS_COLUMNS } from '../../losses/distillationLoss.ts';
import { summarizePlay } from '../../eval/summarizePlay.ts';
import type { Lot } from './openRollout.ts';

export interface LotFigures {
  /** By metric name. */
  values: Record<string, number>;
  /** Mean of log q(y) - log p(y) over the tokens of each turn, in nats; the index is the turn. */
  klByTurn: readonly number[];
  /** Tokens that the student wrote in an episode, mean. */
  tokens: number;
  /** Share of its tokens that are in the teacher's top k. */
  overlap: number;
}

/**
 * What a lot was like.
 *
 * @param columns of each of the lot's batches, `[P, LOSS_COLUMNS]`, before the update
 */
export function lotFigures(lot: Lot, columns: readonly Float32Array[]): LotFigures {
  const { steps, success, tokens, invalidActions, endings } = summarizePlay({
    ...{ episodes: [...lot.episodes], seconds: 0 },
  });
  const games = lot.episodes.length;
  const { klByTurn, kl, overlap, entropyGap } = tokenFigures(lot, columns);
  return {
    klByTurn,
    overlap,
    tokens: tokens ?? 0,
    values: {
      'rollout/success': success,
      'rollout/turns': steps,
      'rollout/written_tokens': tokens ?? 0,
      'rollout/invalid_actions': invalidActions,
      'rollout/truncated': (endings.context + endings.turns) / games,
      'rollout/errors': endings.error / games,
      'rollout/kl': kl,
      'rollout/kl_slope': slope(klByTurn),
      'rollout/overlap': overlap,
      'rollout/entropy_gap': entropyGap,
      'rollout/play_seconds': lot.seconds.play,
      'rollout/score_seconds': lot.seconds.score,
    },
  };
}

function tokenFigures({ batches, samples }: Lot, columns: readonly Float32Array[]) {
  const width = LOSS_COLUMNS.length;
  const column = (name: (typeof LOSS_COLUMNS)[number]): number => LOSS_COLUMNS.indexOf(name);
  const turns: ({ sum: number; count: number } | undefined)[] = [];
  let [count, inside, gap, kl] = [0, 0, 0, 0];
  batches.forEach(({ batch: { targets }, scores }, index) => {
    const k = scores.ids.length / targets.index.length;
    for (let slot = 0; slot < targets.count; slot++) {
      const row = columns[index]!.subarray(slot * width, (slot + 1) * width);
      const ratio = -row[column('crossEntropy')]! - scores.label[slot]!;
      const turn = samples[targets.sample[slot]!]!.turnOf[targets.offset[slot]!]!;
      const at = (turns[turn] ??= { sum: 0, count: 0 });
      at.sum += ratio;
      at.count++;
      kl += ratio;
      count++;
      gap += row[column('studentEntropy')]! - row[column('teacherEntropy')]!;
      const top = scores.ids.subarray(slot * k, (slot + 1) * k);
      inside += top.includes(targets.label[slot]!) ? 1 : 0;
    }
  });
  const some = Math.max(1, count);
  const klByTurn = Array.from(turns, (turn) => (turn === undefined ? 0 : turn.sum / turn.count));
  return { klByTurn, kl: kl / some, overlap: inside / some, entropyGap: gap / some };
}

/** Least squares of the values over their indices; 0 for fewer than two. */
function slope(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  let [over, under] = [0, 0];
  values.forEach((value, index) => {
    over += (index - middle) * (value - mean);
    under += (index - middle) ** 2;
  });
  return under === 0 ? 0 : over / under;
}
