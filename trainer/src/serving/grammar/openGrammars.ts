import { Worker } from 'node:worker_threads';
import type { Vocabulary } from './vocabulary.ts';
import type { GrammarAnswer, GrammarEnd, GrammarRequest, NextTokens } from './worker.ts';

/** Keeps the tokens of one text within a grammar. */
export interface Constraint {
  /** Which tokens may come next; null: the text is at its end. */
  allowed: () => Promise<((id: number) => boolean) | null>;
  /** Tells of the token that has come. */
  take: (id: number) => void;
  end: () => void;
}

export interface Grammars {
  /** Rejects with a `GrammarFailure` where the grammar cannot be used. */
  open: (grammar: string) => Promise<Constraint>;
  close: () => Promise<void>;
}

/** A grammar that takes too long or too much memory, or that the library refuses. */
export class GrammarFailure extends Error {
  override readonly name = 'GrammarFailure';
}

export interface GrammarLimits {
  /** To read a grammar. */
  openMs: number;
  /** For one token. */
  tokenMs: number;
}

const LIMITS: GrammarLimits = { openMs: 10_000, tokenMs: 5000 };

/** The worker's bundle beside the program's. */
const SCRIPT = new URL('./grammarWorker.mjs', import.meta.url);

/**
 * Matches tokens to grammars in a thread of its own, since a grammar can be made to take for ever. One that does is
 * ended with the thread; texts of other grammars go on in the next one.
 */
export function openGrammars(
  vocabulary: () => Vocabulary,
  { script = SCRIPT, limits = LIMITS }: { script?: URL; limits?: GrammarLimits } = {},
): Grammars {
  const thread = grammarThread(vocabulary, script);
  let count = 0;
  return {
    async open(grammar) {
      const matcher = count++;
      const history: number[] = [];
      /** The thread that knows the text, and how much of it. */
      let known: { thread: number; taken: number } | null = null;
      const ask = async (): Promise<NextTokens> => {
        const answer = await thread.ask((running) => {
          const isNew = known?.thread !== running;
          const taken = history.slice(isNew ? 0 : known!.taken);
          known = { thread: running, taken: history.length };
          const message = { matcher, grammar: isNew ? grammar : null, taken };
          return { message, limitMs: isNew ? limits.openMs : limits.tokenMs };
        });
        if ('refused' in answer) throw new GrammarFailure(answer.refused);
        return answer;
      };
      let next = ask();
      await next;
      return {
        async allowed() {
          const { allowed, isOver } = await next;
          if (!isOver && allowed.every((bits) => bits === 0))
            throw new GrammarFailure('no token of the model can go on with it');
          return isOver ? null : (id) => ((allowed[id >> 5]! >>> (id & 31)) & 1) === 1;
        },
        take(id) {
          history.push(id);
          // Asked at once, so that it is found out while the model computes.
          next = ask();
          next.catch(() => undefined);
        },
        end: () => thread.tell({ ended: matcher }),
      };
    },
    close: () => thread.end(),
  };
}

interface GrammarThread {
  /** One question after the other, each made when the one before is answered. */
  ask: (
    question: (thread: number) => { message: GrammarRequest; limitMs: number },
  ) => Promise<GrammarAnswer>;
  tell: (message: GrammarEnd) => void;
  end: () => Promise<void>;
}

interface Question {
  resolve: (answer: GrammarAnswer) => void;
  reject: (failure: GrammarFailure) => void;
}

function grammarThread(vocabulary: () => Vocabulary, script: URL): GrammarThread {
  let worker: Worker | null = null;
  let thread = 0;
  let before: Promise<unknown> = Promise.resolve();
  let open: Question | null = null;

  /** Ends the thread, and with it the question that is open. */
  async function stop(why: string): Promise<void> {
    const old = worker;
    worker = null;
    open?.reject(new GrammarFailure(why));
    await old?.terminate();
  }

  function started(): Worker {
    if (worker !== null) return worker;
    thread++;
    // What the library says of a grammar is no matter of the server's log.
    const own = new Worker(script, { workerData: vocabulary(), stdout: true, stderr: true });
    worker = own;
    // It is there for requests, and holds up no end of the program.
    own.unref();
    own.on('message', (answer: GrammarAnswer) => {
      // One that was given up may still say something.
      if (worker === own) open?.resolve(answer);
    });
    // It may die while nothing is asked, too.
    const dies = (why: string): void => {
      if (worker === own) void stop(why);
    };
    own.on('error', (error) => dies(`it cannot be used: ${firstLine(error)}`));
    own.on('exit', () => dies('it ended the thread that read it'));
    return own;
  }

  async function answered(question: Parameters<GrammarThread['ask']>[0]): Promise<GrammarAnswer> {
    const own = started();
    const { message, limitMs } = question(thread);
    const timer = setTimeout(
      () => void stop(`it took longer than ${limitMs / 1000} s; make it simpler`),
      limitMs,
    );
    try {
      return await new Promise<GrammarAnswer>((resolve, reject) => {
        open = { resolve, reject };
        own.postMessage(message);
      });
    } finally {
      open = null;
      clearTimeout(timer);
    }
  }

  return {
    ask: (question) => {
      const answer = before.then(() => answered(question));
      before = answer.catch(() => undefined);
      return answer;
    },
    tell: (message) => worker?.postMessage(message),
    end: () => stop('the server ends'),
  };
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : `C++ exception ${String(error)}`;
  return text.split('\n')[0]!;
}
