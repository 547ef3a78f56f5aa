import { random } from '../engine/random.ts';
import type { DeviceTensors, Executor } from '../engine/program.ts';
import type { Policy } from '../eval/policy.ts';
import { cachedDecoder, type CachedDecoder } from './decoder.ts';
import type { DecodeModel } from './decodeProgram.ts';
import type { LoraOptions } from '../lora/lora.ts';
import type { ModelConfig } from '../model/modelConfig.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import { decoderPolicy } from './decoderPolicy.ts';

/** A model whose weights are with an executor already. */
export interface LoadedModel {
  model: ModelConfig;
  lora: LoraOptions | null;
  /** Weights that training replaces, and those that never change. */
  state: DeviceTensors;
  frozen: DeviceTensors;
}

/** A decoder of so many rows over the weights as they are at each moment. */
export function openDecoder(
  executor: Executor,
  { model, lora, state, frozen }: LoadedModel,
  {
    rows,
    context = model.maxPositionEmbeddings,
    signal,
  }: { rows: number; context?: number; signal?: AbortSignal | undefined },
): CachedDecoder {
  const decode = decodeModel({ model, lora, state, frozen });
  const cacheKey = JSON.stringify([model, lora, rows]);
  const shape = { rows, context };
  return cachedDecoder({ executor, decode, parameters: state, frozen, ...shape, cacheKey, signal });
}

/** A model as a player of text games. */
export function modelPolicy(
  executor: Executor,
  loaded: LoadedModel,
  {
    tokenizer,
    seed,
    context,
    signal,
  }: {
    tokenizer: Tokenizer;
    seed: number;
    /** Tokens that a row has room for; default: all that the model has. */
    context?: number;
    signal?: AbortSignal | undefined;
  },
): Policy {
  return decoderPolicy({
    tokenizer,
    open: (rows) =>
      openDecoder(executor, loaded, { rows, signal, ...(context !== undefined && { context }) }),
    uniform: random(seed, 0x91a7),
  });
}

/** The shapes of a loaded model. */
export function decodeModel({ model, lora, state, frozen }: LoadedModel): DecodeModel {
  return { model, lora, state: specsOf(state), constants: specsOf(frozen) };
}

function specsOf(tensors: DeviceTensors): DecodeModel['state'] {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, { shape, dtype }]) => [name, { shape, dtype }]),
  );
}
