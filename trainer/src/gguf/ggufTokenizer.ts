import type { TokenizerFiles } from '../tokenizer/tokenizerFiles.ts';
import { bytePairModel } from './bytePairModel.ts';
import { lookup, type Lookup } from './ggufMetadata.ts';
import type { GgufFile } from './readGguf.ts';
import { sentencePieceModel } from './sentencePieceModel.ts';
import { type GgufVocabulary, refuseTokenizer, vocabularyOf } from './vocabulary.ts';

/** What `llama_token_type` calls a token that stands for itself. */
const CONTROL = 3;
const USER_DEFINED = 4;

/** The tokenizer of a GGUF file as the `tokenizers` library and transformers keep it in files. */
export function ggufTokenizer(file: GgufFile): TokenizerFiles {
  const meta = lookup(file);
  const vocabulary = vocabularyOf(file);
  const { tokens } = vocabulary;
  const kind = meta.neededText('tokenizer.ggml.model');
  const own =
    kind === 'gpt2'
      ? bytePairModel(file, vocabulary)
      : kind === 'llama'
        ? sentencePieceModel(file, vocabulary)
        : refuseTokenizer(file, `"tokenizer.ggml.model" is "${kind}"; gpt2 and llama are read`);
  const idOf = (name: string): number | null => {
    const id = meta.number(`tokenizer.ggml.${name}_token_id`);
    return id !== null && id < tokens.length ? id : null;
  };
  const tokenOf = (name: string): string | null => tokens[idOf(name) ?? -1] ?? null;
  return {
    place: file.path,
    tokenizer: JSON.stringify({
      version: '1.0',
      truncation: null,
      padding: null,
      added_tokens: addedTokens(vocabulary),
      post_processor: beginning(meta, { id: idOf('bos'), token: tokenOf('bos') }),
      ...own,
    }),
    tokenizerConfig: JSON.stringify({
      tokenizer_class: 'PreTrainedTokenizerFast',
      bos_token: tokenOf('bos'),
      eos_token: tokenOf('eos'),
      unk_token: tokenOf('unknown'),
      pad_token: tokenOf('padding'),
      clean_up_tokenization_spaces: false,
      chat_template: meta.text('tokenizer.chat_template'),
    }),
    chatTemplate: null,
    bosTokenId: idOf('bos'),
    eosTokenId: idOf('eos'),
  };
}

function addedTokens({ tokens, types }: GgufVocabulary): Record<string, unknown>[] {
  return tokens.flatMap((content, id) => {
    const special = types[id] === CONTROL;
    if (!special && types[id] !== USER_DEFINED) return [];
    return [
      { id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special },
    ];
  });
}

/** Puts the beginning of a sequence before a text where the file says so. */
function beginning(
  meta: Lookup,
  { id, token }: { id: number | null; token: string | null },
): Record<string, unknown> | null {
  const isSentencePiece = meta.text('tokenizer.ggml.model') === 'llama';
  const isAdded = meta.flag('tokenizer.ggml.add_bos_token') ?? isSentencePiece;
  if (!isAdded || id === null || token === null) return null;
  const begin = { SpecialToken: { id: token, type_id: 0 } };
  return {
    type: 'TemplateProcessing',
    single: [begin, { Sequence: { id: 'A', type_id: 0 } }],
    pair: [
      ...[begin, { Sequence: { id: 'A', type_id: 0 } }],
      ...[{ SpecialToken: { id: token, type_id: 1 } }, { Sequence: { id: 'B', type_id: 1 } }],
    ],
    special_tokens: { [token]: { id: token, ids: [id], tokens: [token] } },
  };
}
