import { DeepCoderError } from '@deepcoder/config';
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isGguf } from '@deepcoder/trainer-protocol';
import { ggufTokenizer } from '../gguf/ggufTokenizer.ts';
import { readGguf } from '../gguf/readGguf.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import type { TokenizerFiles } from '../tokenizer/tokenizerFiles.ts';
import { guardedTokenizer } from './tokenizing/guardedTokenizer.ts';

/** Opens the tokenizer of a checkpoint folder or GGUF file, or a `tokenizer.json` by its own path. */
export async function openTokenizer(path: string): Promise<Tokenizer> {
  return guardedTokenizer(await readTokenizerFiles(path));
}

async function readTokenizerFiles(path: string): Promise<TokenizerFiles> {
  if (isGguf(path)) return ggufTokenizer(readGguf(path));
  const isFile = (await stat(path).catch(() => null))?.isFile() === true;
  const folder = isFile ? dirname(path) : path;
  const name = isFile ? basename(path) : 'tokenizer.json';
  const read = (file: string): Promise<string | null> =>
    readFile(join(folder, file), 'utf8').catch(() => null);
  const tokenizer = await read(name);
  if (tokenizer === null) {
    throw new DeepCoderError(
      'tokenizer-missing',
      `${join(folder, name)} cannot be read; a tokenizer is the folder of a checkpoint with tokenizer.json, or that file`,
      { exitCode: 3 },
    );
  }
  const config = tokenIds(await read('config.json'));
  return {
    place: folder,
    tokenizer,
    tokenizerConfig: await read('tokenizer_config.json'),
    chatTemplate: await read('chat_template.jinja'),
    bosTokenId: config('bos_token_id'),
    eosTokenId: config('eos_token_id'),
  };
}

/** Ids in `config.json`; end-of-sequence may be a list, whose first is the main one. */
function tokenIds(text: string | null): (key: string) => number | null {
  let config: Record<string, unknown> = {};
  try {
    config = JSON.parse(text ?? '{}') as Record<string, unknown>;
  } catch {
    // The checkpoint's reader reports a broken config.json with its place.
  }
  return (key) => {
    const value = config[key];
    const first: unknown = Array.isArray(value) ? value[0] : value;
    return typeof first === 'number' ? first : null;
  };
}
