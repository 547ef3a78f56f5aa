import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openTokenizer } from '../../../trainer/src/data/openTokenizer.ts';
import { byteTokenizerJson } from '../tokenizer/byteTokenizer.ts';
import { folderWith } from './prepareSupport.ts';

const tokenizer = byteTokenizerJson({ special: ['<s>', '</s>'] });

describe('openTokenizer', () => {
  it('reads a checkpoint folder, with ids and template where the checkpoint has them', async () => {
    const folder = await folderWith({
      ...{ 'tokenizer.json': tokenizer, 'chat_template.jinja': 'T' },
      'config.json': '{"bos_token_id": 256, "eos_token_id": [257, 3]}',
    });
    const opened = await openTokenizer(folder);
    expect(opened.special).toMatchObject({ bosToken: '<s>', eosToken: '</s>', eosTokenId: 257 });
    expect(opened.chatTemplate).toBe('T');
    expect(opened.files.place).toBe(folder);
  });

  it('reads a tokenizer.json by its own path, under any name', async () => {
    const folder = await folderWith({ 'words.json': tokenizer });
    expect((await openTokenizer(join(folder, 'words.json'))).vocabSize).toBe(258);
  });

  it('says what is missing', async () => {
    const folder = await folderWith({ 'config.json': '{}' });
    for (const path of [folder, join(folder, 'gone')]) {
      await expect(openTokenizer(path)).rejects.toMatchObject({
        code: 'tokenizer-missing',
        exitCode: 3,
      });
    }
  });

  it('leaves a broken config.json to the reader of checkpoints', async () => {
    const folder = await folderWith({ 'tokenizer.json': tokenizer, 'config.json': '{' });
    expect((await openTokenizer(folder)).special.eosTokenId).toBeNull();
  });
});
