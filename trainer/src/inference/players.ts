import { random } from '../engine/random.ts';
import type { DeviceTensors, Executor } from '../engine/program.ts';
import type { Policy } from '../eval/policy.ts';
import { cachedDecoder, type CachedDecoder } from './decoder.ts';
import type { DecodeModel } from './decodeProgram.ts';
import { loraProject, type LoraOptions } from '../lora/lora.ts';
import { plainProject } from '../model/llama.ts';
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
  { rows, context = model.maxPositionEmbeddings }: { rows: number; context?: number },
): CachedDecoder {
  const decode = decodeModel({ model, lora, state, frozen });
  const cacheKey = JSON.stringify([model, lora, rows]);
  return cachedDecoder({ executor, decode, parameters: state, frozen, rows, context, cacheKey });
}

/** A model as a player of text games. */
export function modelPolicy(
  executor: Executor,
  loaded: LoadedModel,
  { tokenizer, seed }: { tokenizer: Tokenizer; seed: number },
): Policy {
  return decoderPolicy({
    tokenizer,
    open: (rows) => openDecoder(executor, loaded, { rows }),
    uniform: random(seed, 0x91a7),
  });
}

/** What programs have to know of a model to run it with a key-value cache. */
export function decodeModel({ model, lora, state, frozen }: LoadedModel): DecodeModel {
  return {
    model,
    state: specsOf(state),
    constants: specsOf(frozen),
    project: (parameter, parameters) =>
      lora === null ? plainProject(parameter) : loraProject(parameter, parameters, lora),
  };
}

function specsOf(tensors: DeviceTensors): DecodeModel['state'] {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, { shape, dtype }]) => [name, { shape, dtype }]),
  );
}
