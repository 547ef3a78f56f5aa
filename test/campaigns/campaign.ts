import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { cacheFolder } from '../../trainer/src/disk/cacheFolder.ts';
import type { Answer } from './worker.ts';

/** Adds to the count of something that the campaign tells at its end. */
export type Count = (what: string, more?: number) => void;

/** What a campaign's own module exports. */
export interface CampaignModule {
  /** How long one try may take. */
  limitMs: number;
  /** How many tries the short form makes, from seed 0 on. */
  shortTries: number;
  /** Why it cannot be made on this machine; null: it can. */
  refusal?: () => string | null;
  /** Null: it passed. Else what went wrong. */
  attempt: (seed: number, count: Count) => Promise<string | null> | string | null;
  /** Clears away what the tries have shared. */
  end?: () => Promise<void> | void;
}

/** A campaign's name, and where its bundled modules lie. */
export interface Attack {
  name: string;
  module: string;
  worker: string;
}

/** All tries of a campaign since it was begun. */
interface State {
  next: number;
  tried: number;
  failed: number[];
  counts: Record<string, number>;
}

export type Outcome = { refused: string } | { tried: number; failed: number[] };

/** Makes one try after the other until the time is up. */
export async function campaign(attack: Attack, args: string[]): Promise<Outcome> {
  const options = optionsFrom(attack, args);
  const module = (await import(attack.module)) as CampaignModule;
  const refused = module.refusal?.() ?? null;
  if (refused !== null) return { refused };
  const before = options.file === null ? BEGINNING : stateIn(options.file, options.isFresh);
  const state: State = { ...before, next: options.seed ?? before.next };
  const tries = options.isShort ? module.shortTries : options.tries;
  const until = performance.now() + options.minutes * 60_000;
  const goesOn = (tried: number): boolean =>
    tries === null ? performance.now() < until : tried < tries;
  const runner = openRunner(attack, module.limitMs);
  const keep = keeper(attack.name, options.file);
  let tried = 0;
  const failed: number[] = [];
  for (; goesOn(tried); tried += 1) {
    const { text, counts } = await runner.attempt(state.next);
    if (text !== null) {
      failed.push(state.next);
      console.log(`seed ${String(state.next)}: ${text}`);
    }
    note(state, { text, counts });
    keep(state, false);
  }
  await runner.end();
  keep(state, true);
  console.log(summary(attack.name, state));
  return { tried, failed };
}

interface Options {
  minutes: number;
  tries: number | null;
  seed: number | null;
  isShort: boolean;
  isFresh: boolean;
  /** Null: what is tried is not remembered. */
  file: string | null;
}

function optionsFrom({ name }: Attack, args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      minutes: { type: 'string', default: '1' },
      tries: { type: 'string' },
      seed: { type: 'string' },
      short: { type: 'boolean', default: false },
      state: { type: 'string' },
      fresh: { type: 'boolean', default: false },
    },
  });
  const ownFile = path.join(cacheFolder(), 'campaigns', `${name}.json`);
  const seed = values.short ? 0 : values.seed === undefined ? null : Number(values.seed);
  return {
    minutes: Number(values.minutes),
    tries: values.tries === undefined ? null : Number(values.tries),
    seed,
    isShort: values.short,
    isFresh: values.fresh,
    file: values.state ?? (seed === null ? ownFile : null),
  };
}

const BEGINNING: State = { next: 0, tried: 0, failed: [], counts: {} };

function stateIn(file: string, isFresh: boolean): State {
  if (isFresh) return BEGINNING;
  try {
    return { ...BEGINNING, ...(JSON.parse(readFileSync(file, 'utf8')) as State) };
  } catch {
    return BEGINNING;
  }
}

function note(state: State, { text, counts }: Answer): void {
  if (text !== null) state.failed = [...state.failed, state.next];
  state.counts = { ...state.counts };
  for (const [what, more] of Object.entries(counts))
    state.counts[what] = (state.counts[what] ?? 0) + more;
  state.tried += 1;
  state.next += 1;
}

const KEPT_EVERY_MS = 1000;
const TOLD_EVERY_MS = 60_000;

/** Writes the state down, and says how far it is. */
function keeper(name: string, file: string | null): (state: State, isLast: boolean) => void {
  let keptMs = performance.now();
  let toldMs = keptMs;
  if (file !== null) mkdirSync(path.dirname(file), { recursive: true });
  return (state, isLast) => {
    const nowMs = performance.now();
    if (file !== null && (isLast || nowMs - keptMs > KEPT_EVERY_MS)) {
      writeFileSync(file, JSON.stringify(state));
      keptMs = nowMs;
    }
    if (!isLast && nowMs - toldMs > TOLD_EVERY_MS) {
      console.log(summary(name, state));
      toldMs = nowMs;
    }
  };
}

function summary(name: string, { next, tried, failed, counts }: State): string {
  const rest = Object.entries(counts).map(([what, count]) => `${String(count)} ${what}`);
  const numbers = [
    `${String(tried)} tried`,
    `${String(tried - failed.length)} passed`,
    `${String(failed.length)} failed`,
  ];
  const seeds = failed.length > 0 ? `; failed seeds: ${failed.join(' ')}` : '';
  return `${name}: ${[...numbers, ...rest].join(', ')}, up to seed ${String(next - 1)}${seeds}`;
}

interface Runner {
  attempt: (seed: number) => Promise<Answer>;
  end: () => Promise<void>;
}

/** Tries are made in a thread, so that one that hangs can be ended. */
function openRunner(attack: Attack, limitMs: number): Runner {
  let worker: Worker | null = null;
  const ask = async (message: number | 'end'): Promise<Answer> => {
    worker ??= new Worker(new URL(attack.worker), { workerData: { module: attack.module } });
    const { answer, isLost } = await answerOf(worker, message, limitMs);
    if (isLost) {
      await worker.terminate();
      worker = null;
    }
    return answer;
  };
  return {
    attempt: ask,
    end: async () => {
      if (worker === null) return;
      const { text } = await ask('end');
      if (text !== null) console.log(text);
      await (worker as Worker | null)?.terminate();
    },
  };
}

function answerOf(
  worker: Worker,
  message: number | 'end',
  limitMs: number,
): Promise<{ answer: Answer; isLost: boolean }> {
  return new Promise((resolve) => {
    const end = (answer: Answer, isLost: boolean): void => {
      clearTimeout(timer);
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
      resolve({ answer, isLost });
    };
    const lost = (text: string): void => {
      end({ text, counts: {} }, true);
    };
    const onMessage = (answer: Answer): void => {
      end(answer, false);
    };
    const onError = (error: Error): void => {
      lost(error.stack ?? error.message);
    };
    const onExit = (code: number): void => {
      lost(`its thread ended with ${String(code)}`);
    };
    const timer = setTimeout(() => {
      lost(`did not end within ${String(limitMs / 1000)} s`);
    }, limitMs);
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
    worker.postMessage(message);
  });
}
