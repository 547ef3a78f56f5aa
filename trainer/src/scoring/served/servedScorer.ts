import { openLimiter } from '../../http/openLimiter.ts';
import { fillRow, LEAST_TAIL } from '../fillRow.ts';
import type { TeacherScores } from '../scoreRecord.ts';
import type { Named, ScoreRequest, TokenScorer, TokenScores } from '../tokenScorer.ts';
import type { ScoreServer, ServerRows } from './scoreServer.ts';

export interface ServedScorerOptions {
  server: ScoreServer;
  identity: Named;
  k: number;
  /** Requests at once, and tokens in all of them together. */
  concurrency: number;
  maxTokensInFlight: number;
  /** Whether an id is a token of the student. */
  isToken: (id: number) => boolean;
}

/** Scores by a server, one request a sample; its own batching puts them together. */
export function servedScorer(options: ServedScorerOptions): TokenScorer {
  const { server, identity, k, concurrency, maxTokensInFlight, isToken } = options;
  const limiter = openLimiter({ count: concurrency, total: maxTokensInFlight });

  async function scoreOne(request: ScoreRequest, signal?: AbortSignal): Promise<TokenScores> {
    const { offsets } = request;
    // What follows the last scored token changes nothing.
    const ids = request.ids.subarray(0, (offsets.at(-1) ?? 0) + 1);
    if (offsets.length === 0) return cellsOf(NO_ROWS, { k, isToken });
    const leave = await limiter.enter(ids.length, signal);
    try {
      return cellsOf(await server.rows({ ids, offsets, k, signal }), { k, isToken });
    } finally {
      leave();
    }
  }

  return {
    identity,
    k,
    temperature: 1,
    concurrency,
    score: (requests, signal) => Promise.all(requests.map((request) => scoreOne(request, signal))),
    close: () => Promise.resolve(),
  };
}

const NO_ROWS: ServerRows = {
  ids: new Int32Array(),
  logps: new Float64Array(),
  labelLogp: new Float64Array(),
};

/**
 * A server's rows as cells of the student's tokens. Tokens that the student does not have are left out of
 * the distribution, as they are for a teacher that runs here: what is left is divided by its mass, and the
 * row is filled up with tokens of probability 0. tail = log(1 - sum of the top k), in nats.
 */
export function cellsOf(
  rows: ServerRows,
  { k, isToken }: { k: number; isToken: (id: number) => boolean },
): TokenScores {
  const count = rows.labelLogp.length;
  const scores: TeacherScores = {
    ids: new Uint32Array(count * k),
    logps: new Float32Array(count * k),
    tailLogp: new Float32Array(count),
  };
  const labelLogp = new Float32Array(count);
  for (let row = 0; row < count; row++) {
    const [from, end] = [row * k, (row + 1) * k];
    const shift = Math.log1p(-foreignMass(rows, { from, end }, isToken));
    let [at, kept] = [from, 0];
    for (let rank = from; rank < end; rank++) {
      const id = rows.ids[rank] ?? 0;
      if (!isToken(id)) continue;
      const logp = Math.min(0, (rows.logps[rank] ?? 0) - shift);
      scores.ids[at] = id;
      scores.logps[at++] = logp;
      kept += Math.exp(logp);
    }
    fillRow(scores, { at, from, end }, isToken);
    scores.tailLogp[row] = Math.log(Math.max(LEAST_TAIL, 1 - kept));
    labelLogp[row] = Math.min(0, (rows.labelLogp[row] ?? 0) - shift);
  }
  return { ...scores, labelLogp };
}

function foreignMass(
  { ids, logps }: ServerRows,
  { from, end }: { from: number; end: number },
  isToken: (id: number) => boolean,
): number {
  let mass = 0;
  for (let rank = from; rank < end; rank++) {
    if (!isToken(ids[rank] ?? 0)) mass += Math.exp(logps[rank] ?? 0);
  }
  return Math.min(mass, 1 - LEAST_TAIL);
}
