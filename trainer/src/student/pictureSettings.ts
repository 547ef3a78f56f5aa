import path from 'node:path';
import { type Config, DeepCoderError } from '@deepcoder/config';
import { z } from 'zod';
import { isGguf } from '@deepcoder/trainer-protocol';
import { parseModelConfig, readJsonObject } from '../checkpoint/readModelConfig.ts';
import { cacheFolder } from '../disk/cacheFolder.ts';
import { modelPlace } from '../hub/modelPlace.ts';
import { isIdefics3 } from '../model/families/idefics3.ts';
import type { ModelConfig } from '../model/modelConfig.ts';
import { tileTokens } from '../model/pictureFeatures.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import type { PictureSettings } from '../vision/pictureSettings.ts';
import type { ResizeFilter } from '../vision/resize.ts';

/** Of `preprocessor_config.json`, the defaults those of transformers' classes. */
const processorJson = z.looseObject({
  do_resize: z.boolean().default(true),
  size: z.looseObject({ longest_edge: z.int().positive() }).default({ longest_edge: 1456 }),
  max_image_size: z
    .looseObject({ longest_edge: z.int().positive() })
    .default({ longest_edge: 364 }),
  resample: z.int().default(1),
  do_rescale: z.literal(true).default(true),
  do_normalize: z.literal(true).default(true),
  image_mean: z.array(z.number()).length(3).default([0.5, 0.5, 0.5]),
  image_std: z.array(z.number()).length(3).default([0.5, 0.5, 0.5]),
});

/** Pillow's numbers of its filters. */
const FILTERS = new Map<number, ResizeFilter>([
  [1, 'lanczos'],
  [2, 'bilinear'],
  [3, 'bicubic'],
]);

const FAKE = '<fake_token_around_image>';
const GLOBAL = '<global-img>';

/** How a student is shown pictures: its checkpoint's processor, as `student.vision` changes it; null of one that does not see. */
export async function pictureSettings(
  { student }: Config,
  model: ModelConfig,
  { folder, tokenizer }: { folder: string | null; tokenizer: Tokenizer },
): Promise<PictureSettings | null> {
  if (!isIdefics3(model) || folder === null) {
    if (student.vision === null) return null;
    throw new DeepCoderError(
      'student-vision',
      `student.vision: a ${model.modelType} does not see; take a student of the family smolvlm or idefics3, or leave it out`,
      { exitCode: 2 },
    );
  }
  const { split, longestEdge, maxPictures, unreadable } = student.vision ?? DEFAULTS;
  const json = await processorIn(folder);
  const filter = FILTERS.get(json.resample);
  if (filter === undefined) throw unfit(folder, `"resample": ${json.resample} is not supported`);
  const edge = json.max_image_size.longest_edge;
  if (edge !== model.vision.imageSize)
    throw unfit(folder, `tiles of ${edge} pixels do not fit a tower of ${model.vision.imageSize}`);
  return {
    processor: {
      longestEdge: json.do_resize ? (longestEdge ?? json.size.longest_edge) : longestEdge,
      tileEdge: edge,
      split,
      filter,
      mean: json.image_mean,
      std: json.image_std,
    },
    marks: marksOf(tokenizer, { imageTokenId: model.imageTokenId, tileTokens: tileTokens(model) }),
    imageTokenId: model.imageTokenId,
    maxPictures,
    unreadable,
    store: path.join(cacheFolder(), 'pictures'),
  };
}

/** The same from a config alone, without its student's weights; null where there is no checkpoint to ask. */
export async function configuredPictures(
  config: Config,
  { cwd, tokenizer }: { cwd: string; tokenizer: Tokenizer },
): Promise<PictureSettings | null> {
  const named = config.student.model;
  if (named === null || isGguf(named)) return null;
  const folder = await modelPlace(named, { cwd, need: 'tokenizer' });
  const json = await readJsonObject(path.join(folder, 'config.json'));
  if (json === null || !isIdefics3({ modelType: String(json['model_type']) })) return null;
  const { config: model } = parseModelConfig(json, path.join(folder, 'config.json'));
  return pictureSettings(config, model, { folder, tokenizer });
}

const DEFAULTS: NonNullable<Config['student']['vision']> = {
  split: false,
  longestEdge: null,
  maxPictures: null,
  unreadable: 'drop',
};

async function processorIn(folder: string): Promise<z.output<typeof processorJson>> {
  const own = await readJsonObject(path.join(folder, 'preprocessor_config.json'));
  const whole = own ?? (await readJsonObject(path.join(folder, 'processor_config.json')));
  if (whole === null)
    throw unfit(folder, 'it is missing; copy it from where the checkpoint is from');
  const parsed = processorJson.safeParse(whole['image_processor'] ?? whole);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw unfit(folder, `"${issue!.path.join('.')}": ${issue!.message}`);
}

function marksOf(
  tokenizer: Tokenizer,
  { imageTokenId, tileTokens }: { imageTokenId: number; tileTokens: number },
): PictureSettings['marks'] {
  const image = tokenizer.tokenOf(imageTokenId);
  const missing = [FAKE, GLOBAL].filter((token) => tokenizer.idOf(token) === null);
  if (image !== null && missing.length === 0)
    return { fake: FAKE, image, global: GLOBAL, tileTokens };
  const what = image === null ? `number ${imageTokenId} (image_token_id)` : missing.join(', ');
  throw new DeepCoderError(
    'student-vision',
    `tokenizer ${tokenizer.files.place}: has no token ${what}; use the tokenizer that the student's checkpoint was saved with`,
    { exitCode: 3 },
  );
}

function unfit(folder: string, why: string): DeepCoderError {
  return new DeepCoderError(
    'student-vision',
    `${path.join(folder, 'preprocessor_config.json')}: ${why}`,
    { exitCode: 3 },
  );
}
