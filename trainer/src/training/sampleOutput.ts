import { shiftTargets, type SupervisionWeights } from '@deepcoder/trajectory';
import type { Sample } from '../data/sample.ts';
import type { CachedDecoder } from '../inference/decoder.ts';
import { generate } from '../inference/generate.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';

const MAX_TOKENS = 48;
/** The end of what the student is given to go on from, in tokens. */
const SHOWN_PROMPT = 32;

export interface SampleOutput {
  /** The end of the prompt. */
  prompt: string;
  /** What the student wrote, greedily. */
  written: string;
  /** What stands there in the trajectory. */
  expected: string;
}

/**
 * What the student writes after the beginning of a sample, up to its first supervised token; the same
 * sample each time, so that outputs of different steps can be compared. Null where nothing is supervised.
 */
export async function sampleOutput(
  sample: Sample,
  {
    tokenizer,
    weights,
    open,
    features,
  }: {
    tokenizer: Tokenizer;
    weights: SupervisionWeights;
    open: () => CachedDecoder;
    /** Of the sample's pictures, `[F, D]`. */
    features?: (pictures: NonNullable<Sample['pictures']>) => Promise<Float32Array>;
  },
): Promise<SampleOutput | null> {
  const start = shiftTargets(sample, weights).offset[0];
  if (start === undefined) return null;
  const decoder = open();
  try {
    const prompt = Array.from(sample.ids.subarray(0, start));
    if (start >= decoder.context) return null;
    if (sample.pictures && features) {
      const { rows } = sample.pictures;
      decoder.show(0, { rows, featuresFD: await features(sample.pictures) });
    }
    await decoder.feed([{ row: 0, ids: prompt }]);
    const { eosTokenId } = tokenizer.special;
    const [made] = await generate(decoder, [0], {
      temperature: 0,
      topP: 1,
      uniform: () => 0,
      maxTokens: MAX_TOKENS,
      stopIds: new Set(eosTokenId === null ? [] : [eosTokenId]),
    });
    const expected = sample.ids.subarray(start, start + MAX_TOKENS);
    return {
      prompt: await tokenizer.decode(prompt.slice(-SHOWN_PROMPT)),
      written: await tokenizer.decode(made!.ids),
      expected: await tokenizer.decode(Array.from(expected)),
    };
  } finally {
    await decoder.dispose();
  }
}
