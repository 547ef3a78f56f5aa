import type { Sequence, Sequences } from '../inference/sequences.ts';

/** A sequence of the pool, and the tokens that its cache holds. */
export interface PooledSequence {
  sequence: Sequence;
  /** The model, adapter included, that its keys and values are of. */
  model: string;
  ids: number[];
  isBusy: boolean;
  /** A count that grows with each use. */
  usedAt: number;
}

export interface SequencePool {
  /** A sequence for a prompt, with as many of its first tokens as were seen before; null: all are busy. */
  take(model: string, prompt: readonly number[]): Promise<Taken | null>;
  /** It stays as it is, for prompts that begin like it. */
  release(pooled: PooledSequence): void;
  /** Its content is not to be trusted any more. */
  drop(pooled: PooledSequence): void;
  /** Forgets what is kept of a model. */
  forget(model: string): void;
  /** Sequences, those that hold tokens, and the tokens. */
  usage(): { size: number; busy: number; tokens: number };
}

interface Taken {
  pooled: PooledSequence;
  /** Tokens of the prompt that need not be computed. */
  cached: number;
}

/** No request asks for it. */
const NO_MODEL = '';

/** Reuse goes by whole blocks: a block is less work than looking for the exact place is worth. */
const BLOCK = 16;
/** To copy keys and values takes as long as some tens of tokens. */
const WORTH_COPYING = 64;

/**
 * The caches of all sequences, busy or kept: a prompt that begins like one that is kept goes on in its place
 * (an agent sends its whole trajectory each turn), or from a copy where the rest of that one is worth keeping. The
 * least recently used gives way. The pool never grows beyond `size`.
 */
export function sequencePool(sequences: Sequences, size: number): SequencePool {
  const pool: PooledSequence[] = [];
  let clock = 0;

  function empty(): PooledSequence | null {
    const known = pool.find(({ isBusy, ids }) => !isBusy && ids.length === 0);
    if (known) return known;
    if (pool.length >= size) return null;
    const made = {
      ...{ sequence: sequences.create(), model: NO_MODEL, ids: [], isBusy: false, usedAt: 0 },
    };
    pool.push(made);
    return made;
  }

  function oldest(except: PooledSequence | null): PooledSequence | null {
    const idle = pool.filter((one) => !one.isBusy && one !== except);
    idle.sort((a, b) => a.usedAt - b.usedAt);
    return idle[0] ?? null;
  }

  function start(pooled: PooledSequence, model: string, ids: number[]): Taken {
    sequences.truncate(pooled.sequence, ids.length);
    pooled.ids = ids;
    pooled.model = model;
    pooled.isBusy = true;
    pooled.usedAt = ++clock;
    return { pooled, cached: ids.length };
  }

  async function take(model: string, prompt: readonly number[]): Promise<Taken | null> {
    const best = longestShared(pool, model, prompt);
    const shared = prompt.slice(0, best.shared);
    if (best.pooled !== null && !best.pooled.isBusy && isMostly(best.shared, best.pooled.ids)) {
      return start(best.pooled, model, shared);
    }
    const place = empty() ?? oldest(best.pooled);
    if (place === null) {
      const last = best.pooled;
      return last === null || last.isBusy ? null : start(last, model, shared);
    }
    if (best.pooled === null || best.shared < WORTH_COPYING) return start(place, model, []);
    await sequences.copy(best.pooled.sequence, place.sequence, best.shared);
    return start(place, model, shared);
  }

  function drop(pooled: PooledSequence): void {
    pooled.isBusy = false;
    pooled.ids = [];
    sequences.truncate(pooled.sequence, 0);
  }

  return {
    take,
    drop,
    release: (pooled) => void (pooled.isBusy = false),
    forget(model) {
      for (const one of pool.filter((other) => other.model === model)) {
        // What is being computed still has its adapter; the next one of this name is another.
        if (one.isBusy) one.model = NO_MODEL;
        else drop(one);
      }
    },
    usage: () => ({
      size: pool.length,
      busy: pool.filter(({ isBusy }) => isBusy).length,
      tokens: pool.reduce((sum, { ids }) => sum + ids.length, 0),
    }),
  };
}

function longestShared(
  pool: readonly PooledSequence[],
  model: string,
  prompt: readonly number[],
): { pooled: PooledSequence | null; shared: number } {
  let best: { pooled: PooledSequence | null; shared: number } = { pooled: null, shared: 0 };
  for (const one of pool) {
    if (one.model !== model) continue;
    const shared = sharedLength(one.ids, prompt);
    const isBetter = shared > best.shared || (shared === best.shared && best.pooled?.isBusy);
    if (shared > 0 && isBetter) best = { pooled: one, shared };
  }
  return best;
}

/** In whole blocks, and less than the prompt: its last token has to be fed for its logits. */
function sharedLength(ids: readonly number[], prompt: readonly number[]): number {
  const most = Math.min(ids.length, prompt.length - 1);
  let same = 0;
  while (same < most && ids[same] === prompt[same]) same++;
  return Math.floor(same / BLOCK) * BLOCK;
}

/** Little is lost when a sequence is cut to what is shared. */
function isMostly(shared: number, ids: readonly number[]): boolean {
  return shared >= ids.length / 2;
}
