/**
 * A model whose distribution over the next token is a hash of all tokens before it, so that a score says
 * which token of which text it is about.
 */
export interface HashModel {
  vocabSize: number;
  /** Log-probabilities of all tokens at `offset`, given what is before it; float64 `[V]`. */
  logps(ids: ArrayLike<number>, offset: number): Float64Array;
}

export interface TopRow {
  ids: number[];
  logps: number[];
}

export function hashModel(vocabSize: number): HashModel {
  return {
    vocabSize,
    logps: (ids, offset) => {
      let seed = 0x811c9dc5;
      for (let at = 0; at < offset; at++) seed = mixed(seed ^ ((ids[at] ?? 0) + 1));
      const logits = Float64Array.from(
        { length: vocabSize },
        (_, id) => (8 * mixed(seed ^ Math.imul(id + 1, 0x9e3779b1))) / 2 ** 32,
      );
      const norm = Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0));
      return logits.map((logit) => logit - norm);
    },
  };
}

/** The k likeliest, best first. */
export function topOf(logps: Float64Array, k: number): TopRow {
  const ids = Array.from(logps.keys())
    .sort((a, b) => (logps[b] ?? 0) - (logps[a] ?? 0))
    .slice(0, k);
  return { ids, logps: ids.map((id) => logps[id] ?? 0) };
}

function mixed(value: number): number {
  let hash = Math.imul(value ^ (value >>> 16), 0x7feb352d);
  hash = Math.imul(hash ^ (hash >>> 15), 0x846ca68b);
  return (hash ^ (hash >>> 16)) >>> 0;
}
