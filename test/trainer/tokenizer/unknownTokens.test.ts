import { expect, test } from 'vitest';
import { createTokenizer } from '../../../trainer/src/tokenizer/tokenizer.ts';
import { unknownCount, unknownIds } from '../../../trainer/src/tokenizer/unknownTokens.ts';
import { wordLevelTokenizer } from '../../../trainer/src/tokenizer/wordLevelTokenizer.ts';

test('words that the vocabulary does not have are counted', async () => {
  const files = { place: 'm', ...wordLevelTokenizer(['go to the sink']), chatTemplate: null };
  const tokenizer = await createTokenizer({ ...files, bosTokenId: null, eosTokenId: null });
  const { ids } = await tokenizer.encode('go to the moon');
  expect(unknownCount(ids, unknownIds(tokenizer))).toBe(1);
});

test.each([
  ['an unknown token and bytes', ['<unk>', 'a', '<0x0A>', '<0xZZ>', 'x<0x0A>'], 0, [0, 2]],
  ['neither', ['a', 'b'], null, []],
])('%s', (_, tokens, unkTokenId, expected) => {
  const tokenOf = (id: number) => tokens[id] ?? null;
  const special = { unkTokenId } as never;
  expect([...unknownIds({ special, vocabSize: tokens.length, tokenOf })]).toEqual(expected);
});
