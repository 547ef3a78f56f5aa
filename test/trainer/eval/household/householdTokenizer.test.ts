import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { expertEpisode } from '../../../../trainer/src/eval/household/expertEpisode.ts';
import { householdTokenizer } from '../../../../trainer/src/eval/household/householdTokenizer.ts';
import { reactText } from '../../../../trainer/src/eval/reactText.ts';
import { createTokenizer } from '../../../../trainer/src/tokenizer/tokenizer.ts';

const asset = (name: string): string =>
  readFileSync(new URL(`../../../../trainer/assets/household/${name}`, import.meta.url), 'utf8');

test('the files in trainer/assets are those of trainer/scripts/writeHouseholdTokenizer.mjs', () => {
  const { tokenizer, tokenizerConfig } = householdTokenizer();
  expect(asset('tokenizer.json')).toBe(tokenizer);
  expect(asset('tokenizer_config.json')).toBe(tokenizerConfig);
});

test('episodes come back exactly, without an unknown word', async () => {
  const { tokenizer, tokenizerConfig } = householdTokenizer();
  const opened = await createTokenizer({
    place: 'household',
    tokenizer,
    tokenizerConfig,
    chatTemplate: null,
    bosTokenId: null,
    eosTokenId: null,
  });
  for (let index = 0; index < 50; index += 1) {
    const text = reactText(expertEpisode({ split: 'test', seed: 8, index }));
    const { ids } = await opened.encode(text);
    expect(await opened.decode(ids)).toBe(text);
    expect([...ids]).not.toContain(opened.idOf('<unk>'));
  }
});
