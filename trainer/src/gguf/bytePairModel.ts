import { byteLevelModel } from '../tokenizer/byteLevelModel.ts';
import { lookup } from './ggufMetadata.ts';
import type { GgufFile } from './readGguf.ts';
import { type GgufVocabulary, refuseTokenizer } from './vocabulary.ts';

/** How a text is cut before byte pairs are merged. */
interface Cutting {
  /** A pattern whose matches are pieces; null: that of GPT-2, which the library has built in. */
  pattern: string | null;
  singleDigits?: boolean;
  /** Normal form C first. */
  composes?: boolean;
  /** A piece that is a token as it stands is not cut, whatever the merges say. */
  ignoresMerges?: boolean;
}

const LETTERS = String.raw`(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+`;
const REST = String.raw`| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`;
const LLAMA_3 = { pattern: String.raw`${LETTERS}|\p{N}{1,3}${REST}`, ignoresMerges: true };
const QWEN_2 = { pattern: String.raw`${LETTERS}|\p{N}${REST}`, composes: true };

/** By `tokenizer.ggml.pre`, the name that llama.cpp gives to a pre-tokenizer. */
const CUTTINGS: Readonly<Record<string, Cutting>> = {
  default: { pattern: null },
  'gpt-2': { pattern: null },
  smollm: { pattern: null, singleDigits: true },
  starcoder: { pattern: null, singleDigits: true },
  refact: { pattern: null, singleDigits: true },
  'llama-bpe': LLAMA_3,
  llama3: LLAMA_3,
  'llama-v3': LLAMA_3,
  'smaug-bpe': LLAMA_3,
  qwen2: QWEN_2,
  'deepseek-r1-qwen': QWEN_2,
};

/** A byte-level BPE, as GPT-2 began it: the parts of `tokenizer.json` that are its own. */
export function bytePairModel(file: GgufFile, { tokens }: GgufVocabulary): Record<string, unknown> {
  const meta = lookup(file);
  const {
    pattern,
    singleDigits = false,
    composes = false,
    ignoresMerges = false,
  } = cuttingOf(file);
  const digits = { type: 'Digits', individual_digits: true };
  const split = { type: 'Split', pattern: { Regex: pattern }, behavior: 'Isolated', invert: false };
  const bytes = {
    type: 'ByteLevel',
    add_prefix_space: meta.flag('tokenizer.ggml.add_space_prefix') ?? false,
    trim_offsets: true,
    use_regex: pattern === null,
  };
  return {
    normalizer: composes ? { type: 'NFC' } : null,
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [
        ...(singleDigits ? [digits] : []),
        ...(pattern === null ? [] : [split]),
        bytes,
      ],
    },
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: byteLevelModel(tokens, { merges: mergesOf(file), ignoresMerges }),
  };
}

function cuttingOf(file: GgufFile): Cutting {
  const name = lookup(file).text('tokenizer.ggml.pre') ?? 'default';
  const cutting = CUTTINGS[name];
  if (cutting !== undefined) return cutting;
  return refuseTokenizer(file, `"tokenizer.ggml.pre" is "${name}", which is not known here`);
}

function mergesOf(file: GgufFile): readonly string[] {
  const merges = lookup(file).texts('tokenizer.ggml.merges');
  return merges ?? refuseTokenizer(file, 'it has no "tokenizer.ggml.merges"');
}

interface PreTokenizer {
  type: string;
  pretokenizers?: PreTokenizer[];
  individual_digits?: boolean;
  pattern?: { Regex?: string };
  use_regex?: boolean;
}

/** llama.cpp's name for the pre-tokenizer of a `tokenizer.json`; null if it has none. */
export function cuttingName(tokenizer: Record<string, unknown>): string | null {
  const { type, pretokenizers: inner, ...rest } = tokenizer['pre_tokenizer'] as PreTokenizer;
  const steps = type === 'Sequence' ? (inner ?? []) : [{ type, ...rest }];
  const known = ['Digits', 'Split', 'ByteLevel'];
  if (steps.at(-1)?.type !== 'ByteLevel' || steps.some((step) => !known.includes(step.type)))
    return null;
  const splits = steps.flatMap((step) => (step.type === 'Split' ? [step.pattern?.Regex] : []));
  const own = splits[0] ?? (steps.at(-1)?.use_regex === false ? undefined : null);
  const singleDigits = steps.some((step) => step.individual_digits === true);
  const found = Object.entries(CUTTINGS).find(
    ([, cutting]) =>
      splits.length < 2 &&
      cutting.pattern === own &&
      (cutting.singleDigits ?? false) === singleDigits &&
      (cutting.composes ?? false) === (tokenizer['normalizer'] !== null),
  );
  return found?.[0] ?? null;
}
