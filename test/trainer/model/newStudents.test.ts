import { loadConfig } from '@deepcoder/config';
import { beforeAll, expect, test } from 'vitest';

import {
  FAMILIES,
  FAMILY_KEYS,
  LORA_TARGETS,
  type Family,
} from '../../../configs/src/schema/families.ts';
import type { Executor } from '../../../trainer/src/engine/program.ts';
import { targetNames } from '../../../trainer/src/lora/lora.ts';
import { ARCHITECTURES, architectureOf } from '../../../trainer/src/model/architectures.ts';
import { isIdefics3 } from '../../../trainer/src/model/families/idefics3.ts';
import { initialParameters, normalFrom } from '../../../trainer/src/model/initialParameters.ts';
import type { ModelConfig } from '../../../trainer/src/model/modelConfig.ts';
import { modelFrom } from '../../../trainer/src/student/openStudent.ts';
import type { Tokenizer } from '../../../trainer/src/tokenizer/tokenizer.ts';
import { fixedIds } from '../../reference/goldens.ts';
import { decoderLogits } from '../../support/decoderProgram.ts';
import { openOnnx, random } from '../../support/executors.ts';

let onnx: Executor;
beforeAll(async () => {
  onnx = await openOnnx();
}, 60_000);

const TOKENIZER = { vocabSize: 17, special: { bosTokenId: null, eosTokenId: 2 } } as Tokenizer;
const SIZES = '{hidden_size: 16, num_hidden_layers: 2, intermediate_size: 20}';

/** What a config that names this family and these keys makes of a student. */
async function newModel(type: Family, set: readonly string[] = []): Promise<ModelConfig> {
  const text = `data: {train: [a]}\ntokenizer: t\nstudent: {architecture: ${SIZES}}\n`;
  const { config, problems } = await loadConfig({
    ...{ path: 'a.yaml', readText: () => Promise.resolve(text), env: {} },
    set: [`student.architecture.type=${type}`, ...set],
  });
  expect(problems).toEqual([]);
  return modelFrom(config!, TOKENIZER);
}

test('the config offers the families that there are', () => {
  // Those that see are not made from scratch.
  const made = Object.keys(ARCHITECTURES).filter((modelType) => !isIdefics3({ modelType }));
  expect([...FAMILIES].sort()).toEqual(made.sort());
});

test.each(FAMILIES)('a new %s computes, and its config comes back', async (type) => {
  const model = await newModel(type);
  const parameters = initialParameters(model, normalFrom(random(1)));
  const ids = fixedIds(model.vocabSize);
  const logits = await decoderLogits(onnx, { config: model, parameters, lora: null, ids });
  expect([...logits].every(Number.isFinite)).toBe(true);
  const written = architectureOf(model).writeConfig(model);
  expect({ ...architectureOf(model).readConfig(written).config, otherKeys: {} }).toEqual(model);
});

test.each(FAMILIES)('the modules of a %s can be named as LoRA targets', async (type) => {
  const names = targetNames(await newModel(type));
  expect(names.filter((name) => !(LORA_TARGETS as readonly string[]).includes(name))).toEqual([]);
  expect(names).not.toEqual([]);
});

/** A value that a key can have, other than its default. */
const VALUES: Record<keyof typeof FAMILY_KEYS, string> = {
  rope_scaling: '{rope_type: linear, factor: 2}',
  head_dim: '8',
  attention_bias: 'true',
  mlp_bias: 'true',
  partial_rotary_factor: '0.5',
  sliding_window: '7',
  use_sliding_window: 'true',
  max_window_layers: '1',
  sliding_window_pattern: '2',
  rope_local_base_freq: '77',
  query_pre_attn_scalar: '9',
  no_rope_layer_interval: '3',
  original_max_position_embeddings: '64',
  embedding_multiplier: '2',
  attention_multiplier: '2',
  residual_multiplier: '2',
  logits_scaling: '2',
};

test.each(
  Object.entries<readonly Family[]>(FAMILY_KEYS).flatMap(([key, families]) =>
    families.map((family) => [key as keyof typeof FAMILY_KEYS, family] as const),
  ),
)('%s changes a %s', async (key, family) => {
  const changed = await newModel(family, [`student.architecture.${key}=${VALUES[key]}`]);
  expect(changed).not.toEqual(await newModel(family));
});
