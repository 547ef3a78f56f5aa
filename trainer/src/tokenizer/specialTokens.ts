import { DeepCoderError } from '@deepcoder/config';
import type { TokenizerFiles } from './tokenizerFiles.ts';

export interface SpecialTokens {
  bosToken: string | null;
  eosToken: string | null;
  padToken: string | null;
  unkToken: string | null;
  bosTokenId: number | null;
  eosTokenId: number | null;
  padTokenId: number | null;
  unkTokenId: number | null;
  /** The one named `default` where `tokenizer_config.json` has several. */
  chatTemplate: string | null;
  /** The one named `tool_use`. */
  toolTemplate: string | null;
  /** Every added token that is marked special. */
  all: string[];
}

interface Vocabulary {
  /** `added_tokens` of `tokenizer.json`. */
  addedTokens: unknown;
  idOf: (token: string) => number | null;
  tokenOf: (id: number) => string | null;
}

/** From `tokenizer_config.json`; begin and end of sequence also from the checkpoint's own ids. */
export function readSpecialTokens(files: TokenizerFiles, vocabulary: Vocabulary): SpecialTokens {
  const { idOf, tokenOf } = vocabulary;
  const config = parseConfig(files);
  const named = (key: string, fallbackId: number | null): [string | null, number | null] => {
    const token = tokenText(config[key]) ?? (fallbackId === null ? null : tokenOf(fallbackId));
    return token === null ? [null, null] : [token, idOf(token)];
  };
  const [bosToken, bosTokenId] = named('bos_token', files.bosTokenId);
  const [eosToken, eosTokenId] = named('eos_token', files.eosTokenId);
  const [padToken, padTokenId] = named('pad_token', null);
  const [unkToken, unkTokenId] = named('unk_token', null);
  return {
    ...{ bosToken, eosToken, padToken, unkToken },
    ...{ bosTokenId, eosTokenId, padTokenId, unkTokenId },
    chatTemplate: templateText(config['chat_template']),
    toolTemplate: namedTemplate(config['chat_template'], 'tool_use'),
    all: specialContents(vocabulary.addedTokens),
  };
}

function specialContents(addedTokens: unknown): string[] {
  if (!Array.isArray(addedTokens)) return [];
  return (addedTokens as { content?: unknown; special?: unknown }[]).flatMap((token) =>
    token.special === true && typeof token.content === 'string' ? [token.content] : [],
  );
}

function parseConfig(files: TokenizerFiles): Record<string, unknown> {
  if (files.tokenizerConfig === null) return {};
  try {
    return JSON.parse(files.tokenizerConfig) as Record<string, unknown>;
  } catch (cause) {
    throw new DeepCoderError(
      'tokenizer-unreadable',
      `${files.place}/tokenizer_config.json is not JSON: ${String(cause)}; copy it again from the checkpoint`,
      { exitCode: 3, cause },
    );
  }
}

/** A token is written as a string or as an object with its content. */
function tokenText(value: unknown): string | null {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null || !('content' in value)) return null;
  return typeof value.content === 'string' ? value.content : null;
}

function templateText(value: unknown): string | null {
  if (typeof value === 'string') return value;
  return namedTemplate(value, 'default') ?? namedTemplate(value, null);
}

/** The template of that name in a list of them, or the first one. */
function namedTemplate(value: unknown, wanted: string | null): string | null {
  if (!Array.isArray(value)) return null;
  const templates = value as { name?: unknown; template?: unknown }[];
  const chosen = templates.find(({ name }) => wanted === null || name === wanted);
  return typeof chosen?.template === 'string' ? chosen.template : null;
}
