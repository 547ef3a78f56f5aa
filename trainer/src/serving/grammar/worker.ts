import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import type * as XGrammar from '@mlc-ai/web-xgrammar';
import type { Vocabulary } from './vocabulary.ts';

/** Asks for the tokens that may come next in a text that has a grammar. */
export interface GrammarRequest {
  /** Of the text. */
  matcher: number;
  /** The grammar of a text that is new here. */
  grammar: string | null;
  /** Tokens that have come since it was asked last. */
  taken: readonly number[];
}

export interface NextTokens {
  /** A bit for each token, from the lowest of the first number on. */
  allowed: Int32Array;
  /** Nothing more can come. */
  isOver: boolean;
}

export type GrammarAnswer = NextTokens | { refused: string };

/** A message that is no request: the text has ended. */
export interface GrammarEnd {
  ended: number;
}

/** What the library's memory may grow to; a grammar that wants more fails. */
const MOST_MEMORY = 768 * 2 ** 20;
const PAGE = 65536;
/** Grammars that are kept for the next request with the same. */
const KEPT_GRAMMARS = 16;

if (parentPort !== null) {
  const port = parentPort;
  const matchers = openMatchers(workerData as Vocabulary);
  port.on('message', (message: GrammarRequest | GrammarEnd) => {
    void (async () => {
      const own = await matchers;
      if ('ended' in message) own.end(message.ended);
      else port.postMessage(await own.answer(message));
    })();
  });
}

async function openMatchers({ tokens, stopIds }: Vocabulary) {
  const xgrammar = await loadXGrammar();
  // One more token than the model has, so that a text can end where the model has no token for that.
  const stops = stopIds.length > 0 ? stopIds : [tokens.length];
  const all = [...tokens, ''];
  const info = await xgrammar.TokenizerInfo.createTokenizerInfo(
    ...([all, 'byte_level', false, all.length, stops] as const),
  );
  // Its own cache has no bound.
  const compiler = await xgrammar.GrammarCompiler.createGrammarCompiler(info, false);
  const compiled = new Map<string, XGrammar.CompiledGrammar>();
  const matchers = new Map<number, XGrammar.GrammarMatcher>();

  async function grammarOf(text: string): Promise<XGrammar.CompiledGrammar> {
    const known = compiled.get(text) ?? (await compiler.compileGrammar(text));
    compiled.delete(text);
    compiled.set(text, known);
    const [oldest] = compiled;
    if (compiled.size > KEPT_GRAMMARS && oldest !== undefined) {
      compiled.delete(oldest[0]);
      oldest[1].dispose();
    }
    return known;
  }

  async function answer({ matcher, grammar, taken }: GrammarRequest): Promise<GrammarAnswer> {
    if (grammar !== null)
      matchers.set(
        matcher,
        await xgrammar.GrammarMatcher.createGrammarMatcher(await grammarOf(grammar), stops),
      );
    const own = matchers.get(matcher)!;
    for (const id of taken) {
      if (!own.acceptToken(id)) return { refused: `token ${id} does not fit the grammar` };
      if (own.isTerminated()) return { allowed: new Int32Array(0), isOver: true };
    }
    const allowed = (await own.getNextTokenBitmask()).slice();
    return { allowed, isOver: isOnly(allowed, tokens.length, stopIds) };
  }

  return {
    answer,
    end: (matcher: number): void => {
      matchers.get(matcher)?.dispose();
      matchers.delete(matcher);
    },
  };
}

/** Whether none but tokens that no model has may come. */
function isOnly(allowed: Int32Array, vocabSize: number, stopIds: readonly number[]): boolean {
  if (stopIds.length > 0) return false;
  return !allowed.some((bits, at) => {
    const extra = at === vocabSize >> 5 ? 1 << (vocabSize & 31) : 0;
    return (bits & ~extra) !== 0;
  });
}

/**
 * The library's file calls itself an ES module and is none: it looks for `require` and `__filename`, and leaves what it
 * exports in a global variable. This thread has its globals for itself.
 */
async function loadXGrammar(): Promise<typeof XGrammar> {
  const globals = globalThis as unknown as {
    require?: NodeJS.Require;
    __filename?: string;
    xgrammar?: typeof XGrammar;
  };
  globals.require = createRequire(import.meta.url);
  globals.__filename = fileURLToPath(import.meta.url);
  boundMemory();
  await import('@mlc-ai/web-xgrammar');
  if (globals.xgrammar === undefined) throw new Error('web-xgrammar exports nothing');
  return globals.xgrammar;
}

interface WasmMemory {
  readonly buffer: ArrayBuffer;
  grow: (pages: number) => number;
}

/** Limits of a worker do not count WebAssembly's memory. */
function boundMemory(): void {
  const { prototype } = (
    globalThis as unknown as { WebAssembly: { Memory: { prototype: WasmMemory } } }
  ).WebAssembly.Memory;
  const { grow } = prototype;
  prototype.grow = function (this: WasmMemory, pages) {
    if (this.buffer.byteLength + pages * PAGE > MOST_MEMORY)
      throw new RangeError('the grammar needs more memory than it may have');
    return grow.call(this, pages);
  };
}
