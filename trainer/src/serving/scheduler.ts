import { setImmediate } from 'node:timers/promises';
import {
  nextToken,
  type ScoredToken,
  scoreTokens,
  type TokenChoice,
} from '../inference/nextToken.ts';
import type { SequenceModel, Sequences } from '../inference/sequences.ts';
import type { Constraint } from './grammar/openGrammars.ts';
import { type PooledSequence, type SequencePool, sequencePool } from './sequencePool.ts';

/** What is generated for one prompt. */
export interface Generation {
  /** The name of a model or adapter. */
  model: string;
  prompt: readonly number[];
  maxTokens: number;
  choice: TokenChoice;
  uniform: () => number;
  stopIds: ReadonlySet<number>;
  /** Log-probabilities of the chosen token and of so many likeliest; null: none. */
  logprobs: number | null;
  /** The same of the prompt's tokens. */
  promptLogprobs: number | null;
  /** Which tokens may come next; null: all may. */
  constraint: Pick<Constraint, 'allowed' | 'take'> | null;
  /** Told of each token; answers whether the text ends here. */
  onToken: (token: GeneratedToken) => boolean | Promise<boolean>;
  signal: AbortSignal;
}

interface GeneratedToken {
  id: number;
  scores: TokenScores | null;
}

/** A token's score, and the likeliest tokens in its place. */
export interface TokenScores {
  token: ScoredToken;
  top: ScoredToken[];
}

export interface Finished {
  reason: 'stop' | 'length' | 'cancelled';
  tokens: number;
  /** Tokens of the prompt that were computed before. */
  cached: number;
  /** One a prompt token, null for the first; null where they were not asked for. */
  promptScores: (TokenScores | null)[] | null;
}

/** What happens in the scheduler, for metrics. */
export interface SchedulerEvents {
  onQueued?: (waiting: number) => void;
  onStarted?: (queuedMs: number, tokens: { prompt: number; cached: number }) => void;
  /** `sinceMs`: since the token before, or since the request came. */
  onToken?: (sinceMs: number, isFirst: boolean) => void;
  onFinished?: (finished: Finished, totalMs: number) => void;
}

export interface SchedulerOptions {
  sequences: Sequences;
  /** Models by the names that requests have. */
  models: { get: (name: string) => SequenceModel | undefined };
  /** Requests that run together. */
  together: number;
  /** Sequences whose keys and values are kept, running ones among them. */
  kept: number;
  now: () => number;
  events?: SchedulerEvents;
}

export interface Scheduler {
  /** Generates; rejects where the model fails. */
  run(generation: Generation): Promise<Finished>;
  state(): { waiting: number; running: number; cachedTokens: number; sequences: number };
  forget(model: string): void;
}

interface Running {
  generation: Generation;
  resolve: (finished: Finished) => void;
  reject: (error: unknown) => void;
  cameMs: number;
  lastMs: number;
  place: PooledSequence | null;
  cached: number;
  /** Tokens of the prompt that are in the cache. */
  fed: number;
  generated: number[];
  promptScores: (TokenScores | null)[] | null;
  /** Chosen and told, but not in the cache yet. */
  pending: number | null;
}

/**
 * Runs many generations over one model: they join and leave between tokens. Each round feeds a chunk of one prompt, if
 * one is waiting, and then one token of every generation that is under way.
 */
export function openScheduler(options: SchedulerOptions): Scheduler {
  return new Batching(options);
}

class Batching implements Scheduler {
  readonly #options: SchedulerOptions;
  readonly #pool: SequencePool;
  readonly #waiting: Running[] = [];
  #running: Running[] = [];
  #isLooping = false;

  constructor(options: SchedulerOptions) {
    const { sequences, together, kept } = options;
    this.#options = options;
    this.#pool = sequencePool(sequences, Math.max(kept, together));
  }

  run(generation: Generation): Promise<Finished> {
    return new Promise((resolve, reject) => {
      const cameMs = this.#options.now();
      this.#waiting.push({
        ...{ generation, resolve, reject, cameMs, lastMs: cameMs, place: null, cached: 0, fed: 0 },
        ...{ generated: [], promptScores: null, pending: null },
      });
      this.#options.events?.onQueued?.(this.#waiting.length);
      if (!this.#isLooping) void this.#loop();
    });
  }

  async #loop(): Promise<void> {
    this.#isLooping = true;
    while (this.#waiting.length > 0 || this.#running.length > 0) {
      // Requests and their ends come in between.
      await setImmediate();
      this.#leaveCancelled();
      await this.#admit();
      const prompt = this.#running.find(({ pending }) => pending === null);
      if (prompt !== undefined) await this.#guarded([prompt], () => this.#feedPrompt(prompt));
      for (const group of byModel(this.#running.filter(({ pending }) => pending !== null)))
        await this.#guarded(group, () => this.#step(group));
    }
    this.#isLooping = false;
  }

  /** A failure ends the requests that it befell, and what their caches hold is not used again. */
  async #guarded(group: readonly Running[], work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      for (const one of group) {
        if (!this.#running.includes(one)) continue;
        this.#leave(one);
        this.#pool.drop(one.place!);
        one.reject(error);
      }
    }
  }

  #leaveCancelled(): void {
    for (const one of [...this.#waiting, ...this.#running]) {
      if (one.generation.signal.aborted) this.#finish(one, 'cancelled');
    }
  }

  async #admit(): Promise<void> {
    while (this.#running.length < this.#options.together && this.#waiting.length > 0) {
      const one = this.#waiting[0]!;
      const { model, prompt, promptLogprobs } = one.generation;
      // Scores of a prompt need the logits of all its tokens.
      const seen = promptLogprobs === null ? prompt : [];
      const taken = await this.#pool.take(model, seen).catch((error: unknown) => {
        this.#leave(one);
        one.reject(error);
      });
      if (taken === undefined) continue;
      if (taken === null) return;
      this.#waiting.shift();
      one.place = taken.pooled;
      one.cached = one.fed = taken.cached;
      this.#running.push(one);
      const counts = { prompt: prompt.length, cached: taken.cached };
      this.#options.events?.onStarted?.(this.#options.now() - one.cameMs, counts);
    }
  }

  #modelOf({ generation }: Running): SequenceModel {
    const model = this.#options.models.get(generation.model);
    if (model === undefined) throw new Error(`${generation.model} is not loaded any more`);
    return model;
  }

  async #feedPrompt(one: Running): Promise<void> {
    const { prompt, promptLogprobs, maxTokens } = one.generation;
    const chunk = prompt.slice(one.fed, one.fed + this.#options.sequences.longestChunk);
    const { sequence, ids } = one.place!;
    const wantsAll = promptLogprobs !== null;
    const { sequences } = this.#options;
    const model = this.#modelOf(one);
    const logits = wantsAll
      ? await sequences.feedAll(model, sequence, chunk)
      : await sequences.feed(model, sequence, chunk);
    for (const id of chunk) ids.push(id);
    one.fed += chunk.length;
    const width = model.decode.model.vocabSize;
    if (wantsAll) this.#keepPromptScores(one, { logits, chunk, width });
    if (one.fed < prompt.length) return;
    if (maxTokens === 0) {
      this.#finish(one, 'length');
      return;
    }
    const last = wantsAll
      ? logits.subarray((chunk.length - 1) * width, chunk.length * width)
      : logits;
    await this.#choose(one, last);
  }

  #keepPromptScores(
    one: Running,
    { logits, chunk, width }: { logits: Float32Array; chunk: readonly number[]; width: number },
  ): void {
    const { prompt, promptLogprobs } = one.generation;
    one.promptScores ??= [null];
    for (let at = 0; at < chunk.length; at++) {
      const next = prompt[one.fed - chunk.length + at + 1];
      if (next === undefined) continue;
      const row = logits.subarray(at * width, (at + 1) * width);
      one.promptScores.push(scoreTokens(row, next, promptLogprobs!));
    }
  }

  async #step(group: readonly Running[]): Promise<void> {
    const tokens = group.map((one) => ({ sequence: one.place!.sequence, id: one.pending! }));
    const logits = await this.#options.sequences.decode(this.#modelOf(group[0]!), tokens);
    for (const [at, one] of group.entries()) {
      one.place!.ids.push(one.pending!);
      await this.#guarded([one], () => this.#choose(one, logits[at]!));
    }
  }

  /** Chooses what follows, tells of it, and ends the generation where it ends. */
  async #choose(one: Running, logits: Float32Array): Promise<void> {
    const { generation, generated } = one;
    const { choice, uniform, constraint, logprobs, prompt, stopIds, maxTokens } = generation;
    const isAllowed = constraint === null ? null : await constraint.allowed();
    if (constraint !== null && isAllowed === null) {
      this.#finish(one, 'stop');
      return;
    }
    const history = { prompt, generated };
    const id = nextToken(logits, choice, { history, uniform, isAllowed });
    const scores = logprobs === null ? null : scoreTokens(logits, id, logprobs);
    constraint?.take(id);
    generated.push(id);
    one.pending = id;
    const atMs = this.#options.now();
    this.#options.events?.onToken?.(atMs - one.lastMs, generated.length === 1);
    one.lastMs = atMs;
    const isEnd = await generation.onToken({ id, scores });
    const isFull = prompt.length + generated.length >= this.#options.sequences.context;
    if (isEnd || stopIds.has(id)) this.#finish(one, 'stop');
    else if (generated.length >= maxTokens || isFull) this.#finish(one, 'length');
  }

  #finish(one: Running, reason: Finished['reason']): void {
    this.#leave(one);
    if (one.place !== null) this.#pool.release(one.place);
    const { cached, promptScores, generated } = one;
    const finished = { reason, tokens: generated.length, cached, promptScores };
    this.#options.events?.onFinished?.(finished, this.#options.now() - one.cameMs);
    one.resolve(finished);
  }

  #leave(one: Running): void {
    this.#running = this.#running.filter((other) => other !== one);
    const at = this.#waiting.indexOf(one);
    if (at >= 0) this.#waiting.splice(at, 1);
  }

  forget(model: string): void {
    this.#pool.forget(model);
  }

  state(): ReturnType<Scheduler['state']> {
    const { tokens, size } = this.#pool.usage();
    const counts = { waiting: this.#waiting.length, running: this.#running.length };
    return { ...counts, cachedTokens: tokens, sequences: size };
  }
}

function byModel(running: readonly Running[]): Running[][] {
  const groups = new Map<string, Running[]>();
  for (const one of running) {
    const { model } = one.generation;
    groups.set(model, [...(groups.get(model) ?? []), one]);
  }
  return [...groups.values()];
}
