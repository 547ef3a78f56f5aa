import { openChatTemplate } from '../../trainer/src/data/render/chatTemplate.ts';
import { openServed, type ServedOptions } from '../../trainer/src/serving/openServed.ts';
import type { Generation, Scheduler } from '../../trainer/src/serving/scheduler.ts';
import {
  type RunningServer,
  type ServerOptions,
  startServer,
} from '../../trainer/src/serving/server.ts';
import type { ServedModel } from '../../trainer/src/serving/servedModel.ts';
import { servingMetrics } from '../../trainer/src/serving/servingMetrics.ts';
import { createTokenizer, type Tokenizer } from '../../trainer/src/tokenizer/tokenizer.ts';
import type { Executor } from '../../trainer/src/engine/program.ts';
import { QWEN25 } from '../trainer/data/families/qwen.ts';
import type { Family } from '../trainer/data/families/family.ts';
import { byteTokenizerJson } from '../trainer/tokenizer/byteTokenizer.ts';
import { TINY_DECODER, tinyParameters } from './tinyDecoder.ts';

/** A tokenizer of bytes and a family's own tokens, with its chat template. */
function familyTokenizer({ special, eos, template }: Family = QWEN25): Promise<Tokenizer> {
  return createTokenizer({
    place: 'test',
    tokenizer: byteTokenizerJson({ special }),
    tokenizerConfig: JSON.stringify({ eos_token: eos }),
    chatTemplate: template,
    bosTokenId: null,
    eosTokenId: null,
  });
}

/** A model of the smallest kind with random weights over that tokenizer. */
export async function tinyServed(
  executor: Executor,
  { family, ...options }: Partial<ServedOptions> & { family?: Family } = {},
): Promise<ServedModel> {
  const tokenizer = await familyTokenizer(family);
  const model = {
    ...TINY_DECODER,
    vocabSize: tokenizer.vocabSize,
    maxPositionEmbeddings: options.context ?? 512,
    eosTokenIds: [],
  };
  return openServed({
    ...{ executor, name: 'tiny', root: 'tiny', context: null, together: 4, kept: 6 },
    weights: 'f32',
    student: { model, lora: null, parameters: tinyParameters(model), tokenizer },
    ...{ readAdapter: () => Promise.reject(new Error('none')), now: Date.now, events: {} },
    ...options,
  });
}

/** A model that always says this text, or what follows from its prompt, and then ends its turn. */
export async function scriptedServed(
  says: string | ((prompt: string) => string),
  family: Family = QWEN25,
): Promise<ServedModel> {
  const tokenizer = await familyTokenizer(family);
  const config = { ...TINY_DECODER, vocabSize: tokenizer.vocabSize, eosTokenIds: [] };
  const scheduler: Scheduler = {
    run: async (generation) => {
      const prompt = await tokenizer.decode(generation.prompt);
      const text = typeof says === 'string' ? says : says(prompt);
      const { ids } = await tokenizer.encode(`${text}${family.eos}`);
      return speak(generation, [...ids]);
    },
    state: () => ({ waiting: 0, running: 0, cachedTokens: 0, sequences: 0 }),
    forget: () => undefined,
  };
  return {
    ...{ name: 'scripted', root: 'scripted', config, tokenizer, context: 4096, scheduler },
    grammars: null,
    template: openChatTemplate(tokenizer),
    variants: new Map([['scripted', { root: 'scripted', isAdapter: false, model: null as never }]]),
    loadAdapter: () => Promise.reject(new Error('none')),
    unloadAdapter: () => undefined,
  };
}

async function speak(generation: Generation, ids: number[]) {
  const { logprobs, stopIds, maxTokens } = generation;
  const rest = { cached: 0, promptScores: null };
  for (const [at, id] of ids.entries()) {
    const token = { id, logprob: -0.5, rank: 1 };
    const scores = logprobs === null ? null : { token, top: [token].slice(0, logprobs) };
    const isEnd = await generation.onToken({ id, scores });
    if (isEnd || stopIds.has(id)) return { reason: 'stop' as const, tokens: at + 1, ...rest };
    if (at + 1 === maxTokens) return { reason: 'length' as const, tokens: at + 1, ...rest };
  }
  return { reason: 'stop' as const, tokens: ids.length, ...rest };
}

/** The server over a model, on a port of its own. */
export function startTestServer(
  served: ServedModel,
  options: Partial<ServerOptions> = {},
): Promise<RunningServer> {
  const metrics = servingMetrics(served.name);
  metrics.follow(served.scheduler, served.context);
  return startServer({
    ...{ served, metrics, host: '127.0.0.1', port: 0, apiKey: null, maxBody: 2 ** 20 },
    ...{ maxQueue: 64, timeoutS: 60, version: '0.0.0', recorder: null, log: null, now: Date.now },
    onFailure: (error) => {
      throw error;
    },
    ...options,
  });
}
