import { isGguf } from '@deepcoder/trainer-protocol';
import type { Need } from '@deepcoder/trainer-protocol/node';
import type { RemoteFile } from './hubClient.ts';
import { hubError } from './hubError.ts';

const TEXTS = new Set([
  ...['config.json', 'generation_config.json', 'tokenizer.json', 'tokenizer_config.json'],
  ...['special_tokens_map.json', 'added_tokens.json', 'vocab.json', 'merges.txt'],
  ...['tokenizer.model', 'chat_template.jinja', 'chat_template.json'],
]);
const SINGLE = 'model.safetensors';
const INDEX = 'model.safetensors.index.json';
const SHARD = /^(.*)-\d{5}-of-\d{5}\.safetensors$/;
const PICKLED = /\.(bin|pt|pth|ckpt|pkl)$/;

/** The files of a model's repository that are read here; throws where it has no weights that can be. */
export function wantedFiles(what: string, files: readonly RemoteFile[], need: Need): RemoteFile[] {
  const texts = files.filter(({ path }) => TEXTS.has(path));
  if (need === 'tokenizer') return texts;
  const weights = weightFiles(files);
  if (weights.length === 0) throw noWeights(what, files);
  return [...texts, ...weights];
}

/** The one GGUF file that a name asks for. */
export function wantedFile(what: string, files: readonly RemoteFile[], path: string): RemoteFile {
  const found = files.find((file) => file.path === path);
  if (found !== undefined) return found;
  throw hubError(
    'hub-not-found',
    `${what}: has no file ${path}${listed(files.filter(isGgufFile))}`,
  );
}

function weightFiles(files: readonly RemoteFile[]): RemoteFile[] {
  const single = files.filter(({ path }) => path === SINGLE);
  if (single.length > 0) return single;
  const index = files.filter(({ path }) => path === INDEX);
  if (index.length === 0) return [];
  const shards = files.filter(({ path }) => SHARD.test(path) && !path.includes('/'));
  const named = shards.filter(({ path }) => path.startsWith('model-'));
  return [...index, ...(named.length > 0 ? named : shards)];
}

function noWeights(what: string, files: readonly RemoteFile[]): Error {
  const ggufs = files.filter(isGgufFile);
  if (ggufs.length > 0) {
    return hubError('hub-gguf', `${what}: holds GGUF files; name one of them${listed(ggufs)}`);
  }
  const pickled = files.find(({ path }) => PICKLED.test(path));
  if (pickled !== undefined) {
    return hubError(
      'hub-pickled',
      `${what}: its weights are pickled (${pickled.path}), and reading those can run any code that is in them; ` +
        'take a revision with safetensors (the Hub offers one as a pull request: @refs/pr/1), or save it with safe_serialization=True',
    );
  }
  return hubError(
    'hub-no-weights',
    `${what}: there are no weights in it (neither ${SINGLE} nor ${INDEX})`,
  );
}

function isGgufFile({ path }: RemoteFile): boolean {
  return isGguf(path);
}

const LISTED = 8;

function listed(files: readonly RemoteFile[]): string {
  if (files.length === 0) return '';
  const names = files.slice(0, LISTED).map(({ path }) => path);
  return `; there is ${names.join(', ')}${files.length > LISTED ? ', ...' : ''}`;
}
