import { DeepCoderError } from '@deepcoder/config';
import type { Adapter } from '../checkpoint/openAdapter.ts';
import { peftName } from '../checkpoint/adapterNames.ts';
import { openChatTemplate } from '../data/render/chatTemplate.ts';
import type { DeviceTensors, Executor, HostTensor } from '../engine/program.ts';
import { uploaded } from '../engine/uploaded.ts';
import type { WeightFormat } from '../inference/decodeProgram.ts';
import { decodeModel } from '../inference/players.ts';
import { openSequences, type SequenceModel } from '../inference/sequences.ts';
import { type LoraOptions, loraSpecs } from '../lora/lora.ts';
import type { ModelConfig } from '../model/modelConfig.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import { type Grammars, openGrammars } from './grammar/openGrammars.ts';
import { grammarVocabulary } from './grammar/vocabulary.ts';
import { openScheduler, type SchedulerEvents } from './scheduler.ts';
import { type ServedModel, stopIds, type Variant } from './servedModel.ts';

export interface ServedOptions {
  executor: Executor;
  name: string;
  root: string;
  /** Weights, with those of an adapter where `lora` is given. */
  student: {
    model: ModelConfig;
    lora: LoraOptions | null;
    parameters: Readonly<Record<string, HostTensor>>;
    tokenizer: Tokenizer;
  };
  /** What frozen weights are multiplied in. */
  weights: WeightFormat;
  /** Tokens that a request can have; null: as many as the model takes, 4,096 at most. */
  context: number | null;
  /** Requests that run together. */
  together: number;
  /** Sequences whose keys and values are kept for prompts that begin alike. */
  kept: number;
  /** Reads an adapter from where a request to load one says that it is. */
  readAdapter: (place: string) => Promise<Adapter>;
  now: () => number;
  events: SchedulerEvents;
  /** What matches answers to grammars; the program's own by default. */
  grammarWorker?: URL;
}

/** Longer contexts are for who asks for them: their caches take memory as soon as they are written. */
const USUAL_CONTEXT = 4096;

/** Puts a model's weights on an executor and gets it ready for requests. */
export async function openServed(options: ServedOptions): Promise<ServedModel> {
  const { executor, name, root, student, weights, together, kept, now, events } = options;
  const { model: config, lora, tokenizer } = student;
  const context = contextOf(config, options.context);
  const own = lora === null ? new Set<string>() : new Set(Object.keys(loraSpecs(config, lora)));
  const pick = (isAdapter: boolean): DeviceTensors =>
    uploaded(
      executor,
      Object.fromEntries(
        Object.entries(student.parameters).filter(([key]) => own.has(key) === isAdapter),
      ),
    );
  const frozen = pick(false);
  const variants = new Map<string, Variant>([
    [
      name,
      {
        root,
        isAdapter: false,
        model: variantModel({ config, lora, state: pick(true), frozen, weights }),
      },
    ],
  ]);
  const sequences = openSequences(config, { executor, context, together });
  const models = { get: (key: string) => variants.get(key)?.model };
  const scheduler = openScheduler({ sequences, models, together, kept, now, events });
  const template = openChatTemplate(tokenizer);
  const served: ServedModel = {
    ...{ name, root, config, tokenizer, template, context, scheduler, variants },
    grammars: grammarsOf({ config, tokenizer, template }, options.grammarWorker),
    async loadAdapter(adapterName, place) {
      if (variants.has(adapterName)) throw taken(adapterName);
      const { lora: own, tensors } = await readTensors(config, await options.readAdapter(place));
      const state = uploaded(executor, tensors);
      const model = variantModel({ config, lora: own, state, frozen, weights });
      variants.set(adapterName, { root: place, isAdapter: true, model });
    },
    unloadAdapter(adapterName) {
      const variant = variants.get(adapterName);
      if (variant?.isAdapter !== true) throw unknown(adapterName);
      variants.delete(adapterName);
      scheduler.forget(adapterName);
      for (const tensor of Object.values(variant.model.state)) tensor.dispose();
    },
  };
  await sequences.warmUp(variants.get(name)!.model);
  return served;
}

function grammarsOf(
  model: Pick<ServedModel, 'config' | 'tokenizer' | 'template'>,
  script: URL | undefined,
): Grammars | null {
  const { vocabSize } = model.config;
  const words = { vocabSize, stopIds: stopIds(model) };
  const vocabulary = grammarVocabulary(model.tokenizer, words);
  return vocabulary && openGrammars(vocabulary, script === undefined ? {} : { script });
}

function contextOf(config: ModelConfig, asked: number | null): number {
  const most = config.maxPositionEmbeddings;
  if (asked !== null && asked > most) {
    throw new DeepCoderError(
      'serve-context',
      `--context ${asked}: the model takes ${most} tokens; give that or less`,
      { exitCode: 2 },
    );
  }
  return asked ?? Math.min(most, USUAL_CONTEXT);
}

function variantModel(parts: {
  config: ModelConfig;
  lora: LoraOptions | null;
  state: DeviceTensors;
  frozen: DeviceTensors;
  weights: WeightFormat;
}): SequenceModel {
  const { config, lora, state, frozen, weights } = parts;
  const decode = { ...decodeModel({ model: config, lora, state, frozen }), weights };
  return { decode, state, frozen, cacheKey: JSON.stringify([config, lora, weights]) };
}

/** An adapter as the programs want it; those that differ from module to module are refused. */
async function readTensors(
  config: ModelConfig,
  adapter: Adapter,
): Promise<{ lora: LoraOptions; tensors: Record<string, HostTensor> }> {
  const { loraRank: r, loraAlpha: alpha, targetModules, useRslora } = adapter.config;
  const { rankPattern, alphaPattern, modulesToSave } = adapter.config;
  const uneven = [...Object.keys(rankPattern), ...Object.keys(alphaPattern), ...modulesToSave];
  if (uneven.length > 0)
    throw adapterError(
      `it has ranks, alphas or whole modules of its own (${uneven.join(', ')}); merge it and serve the checkpoint`,
    );
  const lora = { r, alpha, targetModules, useRslora };
  const wanted = loraSpecs(config, lora);
  const tensors: Record<string, HostTensor> = {};
  for (const [name, shape] of Object.entries(wanted)) {
    const stored = `${peftName('')}${name}`;
    const got = adapter.tensors.names.includes(stored) ? adapter.tensors.shape(stored) : [];
    if (got.join() !== shape.join())
      throw adapterError(
        `tensor "${stored}" wants [${shape.join(', ')}], got [${got.join(', ')}]; it was trained on another base`,
      );
    const data = await adapter.tensors.read(stored);
    tensors[name] = { shape, dtype: 'float32', data };
  }
  return { lora, tensors };
}

function adapterError(why: string): DeepCoderError {
  return new DeepCoderError('serve-adapter', `adapter: ${why}`, { exitCode: 3 });
}

function taken(name: string): DeepCoderError {
  return new DeepCoderError(
    'serve-adapter',
    `adapter ${name}: the name is taken; unload it first`,
    { exitCode: 3 },
  );
}

function unknown(name: string): DeepCoderError {
  return new DeepCoderError('serve-adapter', `adapter ${name}: is not loaded`, { exitCode: 3 });
}
