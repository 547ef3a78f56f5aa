import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type Env, hubCacheFolder, hubHome } from '@deepcoder/trainer-protocol/node';

/** How the Hub is reached; from the environment variables that its own programs know. */
export interface HubSettings {
  /** Where repositories are kept, in the layout of the Python package `huggingface_hub`. */
  cache: string;
  /** Without a slash at its end. */
  endpoint: string;
  /** Nothing is asked of the network. */
  isOffline: boolean;
  /** Null: none, which is enough for public repositories. */
  token: string | null;
  /** Before the first repetition of a request that failed; it doubles each time. */
  retryPauseMs: number;
}

const TRUE = new Set(['1', 'ON', 'YES', 'TRUE']);

export async function hubSettings(env: Env): Promise<HubSettings> {
  const isSet = (name: string): boolean => TRUE.has((env[name] ?? '').toUpperCase());
  return {
    cache: hubCacheFolder(env),
    endpoint: (env['HF_ENDPOINT'] || 'https://huggingface.co').replace(/(?<!\/)\/+$/, ''),
    isOffline: isSet('HF_HUB_OFFLINE') || isSet('TRANSFORMERS_OFFLINE'),
    token: isSet('HF_HUB_DISABLE_IMPLICIT_TOKEN') ? null : await readToken(env),
    retryPauseMs: 1000,
  };
}

/** From the environment, else from the file that `hf auth login` writes. */
async function readToken(env: Env): Promise<string | null> {
  const given = env['HF_TOKEN'] || env['HUGGING_FACE_HUB_TOKEN'];
  if (given) return given.trim();
  const file = env['HF_TOKEN_PATH'] || path.join(hubHome(env), 'token');
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.trim() || null;
}
