import { KIND, TOKEN_KINDS } from '@deepcoder/vocabulary';
import type { Sample } from '../../data/sample.ts';
import type { PlayedEpisode } from '../../eval/playedEpisode.ts';

/**
 * Played episodes as samples, token by token as they were read and written: nothing is turned into text and
 * cut anew. Only what the student wrote has a kind; what it read, and turns that were taken for it, are
 * context. An episode in which it wrote nothing gives none.
 */
export function rolloutSamples(
  episodes: readonly PlayedEpisode[],
  { lot }: { lot: number },
): RolloutSample[] {
  return episodes.flatMap((episode, index) => {
    const { ids, turns } = episode;
    const kinds = new Uint8Array(ids.length);
    const turnOf = new Int32Array(ids.length).fill(-1);
    turns.forEach(({ lines }, turn) => {
      for (const { start, end, kind } of lines) {
        kinds.fill(KIND[kind], start, end);
        turnOf.fill(turn, start, end);
      }
    });
    if (kinds.every((kind) => kind === 0)) return [];
    const id = `rollout/${lot}/${index}`;
    const tokensPerKind = countKinds(kinds);
    const tokens = { ids: Int32Array.from(ids), kinds, glue: new Uint8Array(ids.length) };
    return [{ id, record: id, source: 'rollout', ...tokens, tokensPerKind, turnOf }];
  });
}

export interface RolloutSample extends Sample {
  /** Which turn of its episode the student wrote each token in; -1 for what it did not write. */
  turnOf: Int32Array;
}

function countKinds(kinds: Uint8Array): number[] {
  const counts = TOKEN_KINDS.map(() => 0);
  for (const kind of kinds) counts[kind]!++;
  return counts;
}
