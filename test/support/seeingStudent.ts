import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { saveCheckpoint } from '../../trainer/src/checkpoint/saveCheckpoint.ts';
import { architectureOf } from '../../trainer/src/model/architectures.ts';
import { initialParameters, normalFrom } from '../../trainer/src/model/initialParameters.ts';
import { byteTokenizerJson } from '../trainer/tokenizer/byteTokenizer.ts';
import { random } from './executors.ts';

const GRID = [1, 2, 3, 4].flatMap((row) =>
  [1, 2, 3, 4].map((column) => `<row_${row}_col_${column}>`),
);
const SPECIAL = [
  ...['<|im_start|>', '<end_of_utterance>', '<fake_token_around_image>', '<global-img>', '<image>'],
  ...GRID,
];
const IMAGE_TOKEN_ID = 256 + SPECIAL.indexOf('<image>');

/** SmolVLM's own template. */
const TEMPLATE =
  "<|im_start|>{% for message in messages %}{{message['role'] | capitalize}}{% if message['content'][0]['type'] == 'image' %}{{':'}}{% else %}{{': '}}{% endif %}{% for line in message['content'] %}{% if line['type'] == 'text' %}{{line['text']}}{% elif line['type'] == 'image' %}{{ '<image>' }}{% endif %}{% endfor %}<end_of_utterance>\n{% endfor %}{% if add_generation_prompt %}{{ 'Assistant:' }}{% endif %}";

const EDGE = 24;

/** A checkpoint `<folder>/<name>` of a SmolVLM with random weights, whose tokens are bytes. */
export async function writeSeeingStudent(folder: string, name = 'student'): Promise<string> {
  const place = path.join(folder, `${name}-tokenizer`);
  mkdirSync(place, { recursive: true });
  const write = (file: string, text: string): void => writeFileSync(path.join(place, file), text);
  write('tokenizer.json', byteTokenizerJson({ special: SPECIAL }));
  const settings = { eos_token: '<end_of_utterance>', chat_template: TEMPLATE };
  write('tokenizer_config.json', JSON.stringify(settings));
  write('preprocessor_config.json', JSON.stringify(PROCESSOR));
  const { config, faults } = architectureOf({ modelType: 'smolvlm' }).readConfig(CONFIG);
  if (config === null) throw new Error(faults.join('\n'));
  const parameters = initialParameters(config, normalFrom(random(5)));
  const tensors = {
    names: Object.keys(parameters),
    shape: (parameter: string) => parameters[parameter]!.shape,
    read: (parameter: string) => parameters[parameter]!.data as Float32Array,
  };
  const student = path.join(folder, name);
  await saveCheckpoint(student, { config, tensors, dtype: 'F32', tokenizerFolder: place });
  return student;
}

const PROCESSOR = {
  image_processor_type: 'SmolVLMImageProcessor',
  size: { longest_edge: 2 * EDGE },
  max_image_size: { longest_edge: EDGE },
  do_image_splitting: true,
  resample: 1,
  image_mean: [0.5, 0.5, 0.5],
  image_std: [0.5, 0.5, 0.5],
};

const CONFIG = {
  image_token_id: IMAGE_TOKEN_ID,
  scale_factor: 2,
  text_config: {
    model_type: 'llama',
    vocab_size: 256 + SPECIAL.length,
    hidden_size: 32,
    intermediate_size: 64,
    num_hidden_layers: 2,
    num_attention_heads: 4,
    num_key_value_heads: 2,
    rms_norm_eps: 1e-5,
    max_position_embeddings: 512,
    initializer_range: 0.2,
    bos_token_id: 256,
    eos_token_id: 257,
  },
  vision_config: {
    ...{ hidden_size: 24, intermediate_size: 32, num_hidden_layers: 2, num_attention_heads: 4 },
    ...{ image_size: EDGE, patch_size: 6, initializer_range: 0.2 },
  },
};
