import {
  openChatTemplate,
  type ChatTemplate,
} from '../../../../trainer/src/data/render/chatTemplate.ts';
import { createTokenizer, type Tokenizer } from '../../../../trainer/src/tokenizer/tokenizer.ts';
import { byteTokenizerJson } from '../../tokenizer/byteTokenizer.ts';
import type { Family } from './family.ts';

/** A tokenizer of bytes and the family's tokens, with its template or with several by name. */
export async function openFamily(
  { special, bos, eos, template }: Family,
  named: { name: string; template: string }[] | null = null,
): Promise<{ tokenizer: Tokenizer; template: ChatTemplate }> {
  const tokenizer = await createTokenizer({
    place: 'm',
    tokenizer: byteTokenizerJson({ special }),
    tokenizerConfig: JSON.stringify({
      ...{ bos_token: bos, eos_token: eos },
      ...(named === null ? {} : { chat_template: named }),
    }),
    chatTemplate: named === null ? template : null,
    bosTokenId: null,
    eosTokenId: null,
  });
  return { tokenizer, template: openChatTemplate(tokenizer)! };
}
