import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import type {
  Architecture,
  ConfigReading,
  Decoder,
  ParameterSpec,
  Tokens,
} from '../architecture.ts';
import { withOtherKeys } from '../parts/commonConfig.ts';
import { configKeys } from '../parts/configKeys.ts';
import { towerSpecs, visionKeys, visionFaults, type VisionConfig } from '../parts/visionTower.ts';
import { llama, type LlamaConfig } from './llama.ts';

/** A Llama that reads texts in which pictures' features stand for some tokens. */
export interface Idefics3Config extends LlamaConfig {
  modelType: 'idefics3' | 'smolvlm';
  vision: VisionConfig;
  /** Edge, in patches, of the squares that become one token of the text. */
  scaleFactor: number;
  /** The token that a picture's features take the place of. */
  imageTokenId: number;
  /** Keys of `text_config` and `vision_config` that change nothing here. */
  otherParts: { text: Record<string, unknown>; vision: Record<string, unknown> };
}

const own = configKeys({
  image_token_id: z.int().nonnegative().default(128_257),
  scale_factor: z.int().positive().default(2),
  tie_word_embeddings: z.boolean().default(false),
});

/**
 * Idefics3 (Laurençon et al. 2024) and SmolVLM (Marafioti et al. 2025), which has the same tensors: a Llama, a SigLIP
 * tower, and between them a pixel shuffle with one matrix. The tower and the matrix are frozen: what they make of a
 * picture is made once (`pictureFeatures`) and comes with the tokens.
 */
export const idefics3 = family('idefics3', 'Idefics3ForConditionalGeneration');
export const smolvlm = family('smolvlm', 'SmolVLMForConditionalGeneration');

function family(
  modelType: Idefics3Config['modelType'],
  className: string,
): Architecture<Idefics3Config> {
  const writeConfig = (config: Idefics3Config): Record<string, unknown> => {
    const { vision, otherParts, otherKeys, ...text } = config;
    return {
      ...otherKeys,
      architectures: [className],
      model_type: modelType,
      ...own.write(config),
      text_config: { ...llama.writeConfig({ ...text, otherKeys: otherParts.text }) },
      vision_config: {
        ...otherParts.vision,
        model_type: modelType === 'smolvlm' ? 'smolvlm_vision' : 'idefics3_vision',
        ...visionKeys.write(vision),
      },
    };
  };

  return {
    ...llama,
    isBuffer: (name) => llama.isBuffer(name) || name.endsWith('.position_ids'),
    head: () => 'lm_head.weight',
    readConfig(json) {
      const { config, faults } = readParts(json);
      if (config === null) return { config, faults };
      return withOtherKeys({ ...config, modelType }, json, writeConfig({ ...config, modelType }));
    },
    writeConfig,
    parameters(config) {
      const { embedding, layers, final } = llama.parameters(textOf(config));
      return {
        embedding: inText(embedding),
        layers: layers.map(inText),
        final: inText(final),
        apart: {
          ...towerSpecs(config.vision),
          [`${CONNECTOR}.weight`]: {
            shape: [config.hiddenSize, config.vision.hiddenSize * config.scaleFactor ** 2],
            initial: { deviation: config.initializerRange },
          },
        },
      };
    },
    embed: (decoder, tokens) => withPictures(llama.embed(textDecoder(decoder), tokens), tokens),
    layer: (decoder, layer, xND, context) => llama.layer(textDecoder(decoder), layer, xND, context),
    finish: (decoder, xND) => llama.finish(textDecoder(decoder), xND),
  };
}

/** The matrix between tower and text, float32 `[D, Dv s s]`. */
export const CONNECTOR = 'model.connector.modality_projection.proj';

/** A regular expression over whole names of the text's modules, for PEFT: a tower has modules of the same last names. */
export function textModules(names: readonly string[]): string {
  return String.raw`.*\.text_model\..*\.(${names.join('|')})`;
}

export function isIdefics3(config: { modelType: string }): config is Idefics3Config {
  return config.modelType === 'idefics3' || config.modelType === 'smolvlm';
}

/** Features in the place of the tokens that they are for, float32 `[B T, D]`. */
function withPictures(textND: Tensor, { pictures }: Tokens): Tensor {
  if (pictures === undefined) return textND;
  const rows = tf.reshape<tf.Rank.R1>(pictures.rowsBT, [pictures.rowsBT.size]);
  const shown = tf.gather(pictures.featuresFD, tf.maximum(rows, tf.scalar(0, 'int32')));
  const isPicture = tf.greaterEqual(rows, tf.scalar(0, 'int32'));
  return tf.where(tf.reshape(isPicture, [-1, 1]), shown, textND);
}

/** Llama's name of a parameter as it is here. */
function inTextModel(name: string): string {
  return name.replace(/^model\./, 'model.text_model.');
}

function inText(specs: Readonly<Record<string, ParameterSpec>>): Record<string, ParameterSpec> {
  return Object.fromEntries(Object.entries(specs).map(([name, spec]) => [inTextModel(name), spec]));
}

function textDecoder({
  config,
  parameter,
  project,
}: Decoder<Idefics3Config>): Decoder<LlamaConfig> {
  return {
    config,
    parameter: (name) => parameter(inTextModel(name)),
    project: (name, xND) => project(inTextModel(name), xND),
  };
}

function textOf(config: Idefics3Config): LlamaConfig {
  return { ...config, tieWordEmbeddings: false };
}

type Parts = Omit<Idefics3Config, 'modelType'>;

function readParts(json: Record<string, unknown>): ConfigReading<Parts & LlamaConfig> {
  const common = own.read(json);
  const [textJson, visionJson] = [objectIn(json.text_config), objectIn(json.vision_config)];
  const tie = common.value?.tieWordEmbeddings ?? false;
  const text = llama.readConfig({ rms_norm_eps: 1e-5, ...textJson, tie_word_embeddings: tie });
  const vision = visionKeys.read(visionJson);
  const faults = [
    ...common.faults,
    ...text.faults.map((fault) => `text_config: ${fault}`),
    ...vision.faults.map((fault) => `vision_config: ${fault}`),
  ];
  const type = textJson.model_type ?? 'llama';
  if (type !== 'llama')
    faults.push(
      `text_config: "model_type": ${JSON.stringify(type)} is not supported, only "llama"`,
    );
  if (tie) faults.push('"tie_word_embeddings": true is not supported, only false');
  if (common.value === null || text.config === null || vision.value === null)
    return { config: null, faults };
  const { scaleFactor } = common.value;
  const all = [...faults, ...visionFaults(vision.value, scaleFactor)];
  if (all.length > 0) return { config: null, faults: all };
  const { otherKeys: otherText = {}, ...rest } = text.config;
  const otherVision = Object.entries(visionJson).filter(
    ([key]) => !Object.hasOwn(visionKeys.write(vision.value!), key),
  );
  const otherParts = { text: otherText, vision: Object.fromEntries(otherVision) };
  return { config: { ...rest, ...common.value, vision: vision.value, otherParts }, faults };
}

function objectIn(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
