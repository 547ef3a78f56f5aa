/** How the next token is chosen; the values that change nothing are in brackets. */
export interface TokenChoice {
  /** 0: the likeliest. [1] */
  temperature: number;
  /** Only so many of the likeliest. [0: all] */
  topK: number;
  /** Only the fewest tokens that have this mass together (Holtzman et al. 2020). [1] */
  topP: number;
  /** Only tokens at least this share as likely as the likeliest (Nguyen et al. 2024). [0] */
  minP: number;
  /** Logits of tokens that have come before are divided by it, or multiplied below 0 (Keskar et al. 2019). [1] */
  repetitionPenalty: number;
  /** Taken from the logit of each token that was generated before, once. [0] */
  presencePenalty: number;
  /** Taken from the logit of each token that was generated before, for each time. [0] */
  frequencyPenalty: number;
  /** Added to logits, by token. */
  bias: ReadonlyMap<number, number>;
}

interface TokenHistory {
  prompt: readonly number[];
  generated: readonly number[];
}

/**
 * Chooses a token: bias and penalties first, then temperature, `minP`, `topK` and `topP`, in the order of vLLM.
 *
 * @param logits float32 `[V]`; not changed
 * @param uniform gives numbers in [0, 1)
 * @param isAllowed tokens that may come at all; null: all
 * @throws where a logit is NaN, or no token is allowed
 */
export function nextToken(
  logits: Float32Array,
  choice: TokenChoice,
  { history, uniform, isAllowed = null }: ChoiceContext,
): number {
  const own = adjusted(logits, choice, { history, isAllowed });
  const best = likeliest(own);
  if (choice.temperature === 0) return best;
  const kept = candidates(own, own[best]!, choice);
  return drawn(kept, choice.topP, uniform());
}

interface ChoiceContext {
  history: TokenHistory;
  uniform: () => number;
  isAllowed?: ((id: number) => boolean) | null;
}

function adjusted(
  logits: Float32Array,
  choice: TokenChoice,
  { history, isAllowed }: Required<Pick<ChoiceContext, 'history' | 'isAllowed'>>,
): Float32Array {
  const { repetitionPenalty, presencePenalty, frequencyPenalty, bias } = choice;
  const penalises = repetitionPenalty !== 1 || presencePenalty !== 0 || frequencyPenalty !== 0;
  if (!penalises && bias.size === 0 && isAllowed === null) return logits;
  const own = logits.slice();
  for (const [id, more] of bias) if (id < own.length) own[id]! += more;
  if (penalises) penalise(own, choice, history);
  if (isAllowed !== null) {
    for (let id = 0; id < own.length; id++) if (!isAllowed(id)) own[id] = -Infinity;
  }
  return own;
}

function penalise(own: Float32Array, choice: TokenChoice, history: TokenHistory): void {
  const { repetitionPenalty, presencePenalty, frequencyPenalty } = choice;
  for (const id of new Set([...history.prompt, ...history.generated])) {
    const value = own[id];
    if (value === undefined) continue;
    own[id] = value > 0 ? value / repetitionPenalty : value * repetitionPenalty;
  }
  const counts = new Map<number, number>();
  for (const id of history.generated) counts.set(id, (counts.get(id) ?? 0) + 1);
  for (const [id, count] of counts) own[id]! -= presencePenalty + frequencyPenalty * count;
}

/** The first of the largest. */
function likeliest(values: Float32Array): number {
  let best = 0;
  for (let id = 0; id < values.length; id++) {
    if (Number.isNaN(values[id]!)) throw new Error(`logit ${id} is NaN`);
    if (values[id]! > values[best]!) best = id;
  }
  if (values[best] === -Infinity) throw new Error('no token is allowed');
  return best;
}

interface Candidate {
  id: number;
  /** Probability, up to a common factor. */
  weight: number;
}

/** What is left of the vocabulary; sorted by falling weight where an order is wanted. */
function candidates(
  own: Float32Array,
  highest: number,
  { temperature, minP, topK, topP }: TokenChoice,
): Candidate[] {
  const kept: Candidate[] = [];
  for (let id = 0; id < own.length; id++) {
    const weight = Math.exp((own[id]! - highest) / temperature);
    if (weight > 0 && weight >= minP) kept.push({ id, weight });
  }
  const isCut = (topK > 0 && topK < kept.length) || topP < 1;
  if (!isCut) return kept;
  kept.sort((a, b) => b.weight - a.weight || a.id - b.id);
  return topK > 0 ? kept.slice(0, topK) : kept;
}

function drawn(kept: readonly Candidate[], topP: number, share: number): number {
  const total = kept.reduce((sum, { weight }) => sum + weight, 0);
  let mass = 0;
  let count = 0;
  if (topP >= 1) [mass, count] = [total, kept.length];
  while (count < kept.length && (count === 0 || mass < topP * total)) mass += kept[count++]!.weight;
  const target = mass * share;
  let sum = 0;
  for (let at = 0; at < count; at++) {
    sum += kept[at]!.weight;
    if (sum > target) return kept[at]!.id;
  }
  // Rounding may leave the target just above the sum.
  return kept[count - 1]!.id;
}

/** A token's log-probability at temperature 1, in nats, and its place among all from 1. */
export interface ScoredToken {
  id: number;
  logprob: number;
  rank: number;
}

/**
 * Log-softmax of one row of logits for a token, and the `top` likeliest.
 *
 * @param logits float32 `[V]`
 */
export function scoreTokens(
  logits: Float32Array,
  id: number,
  top: number,
): { token: ScoredToken; top: ScoredToken[] } {
  const shift = logits.reduce((most, value) => Math.max(most, value), -Infinity);
  let sum = 0;
  for (const value of logits) sum += Math.exp(value - shift);
  const logZ = shift + Math.log(sum);
  const own = logits[id]!;
  let rank = 1;
  for (let other = 0; other < logits.length; other++)
    if (logits[other]! > own || (logits[other] === own && other < id)) rank++;
  const best = topIds(logits, top);
  return {
    token: { id, logprob: own - logZ, rank },
    top: best.map((one, at) => ({ id: one, logprob: logits[one]! - logZ, rank: at + 1 })),
  };
}

/** The ids of the largest values, largest first; of equal ones the lower id. */
function topIds(values: Float32Array, count: number): number[] {
  const best: number[] = [];
  if (count === 0) return best;
  for (let id = 0; id < values.length; id++) {
    const value = values[id]!;
    if (best.length === count && value <= values[best[count - 1]!]!) continue;
    let at = best.length;
    while (at > 0 && values[best[at - 1]!]! < value) at--;
    best.splice(at, 0, id);
    if (best.length > count) best.pop();
  }
  return best;
}
