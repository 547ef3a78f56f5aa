import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { isGguf } from '@deepcoder/trainer-protocol';
import { pipeline } from 'node:stream/promises';
import { checkpointStamp } from '../checkpoint/checkpointStamp.ts';

/**
 * Hash of what decides a checkpoint's scores: `config.json`, `adapter_config.json` and all safetensors
 * files, by content; of a GGUF file all of it. The folder's name, tokenizer files and an optimizer's state have no part in it. 32 hex digits.
 */
export async function checkpointFingerprint(folder: string): Promise<string> {
  const stamp = await checkpointStamp(folder);
  const known = hashed.get(folder);
  if (known?.stamp === stamp) return known.sum;
  const sum = await hashOf(folder);
  hashed.set(folder, { stamp, sum });
  return sum;
}

/** Gigabytes are not read twice where run and score cache ask for the same checkpoint. */
const hashed = new Map<string, { stamp: string; sum: string }>();

async function hashOf(folder: string): Promise<string> {
  const hash = createHash('sha256');
  if (isGguf(folder)) {
    await pipeline(createReadStream(folder), hash);
    return hash.digest('hex').slice(0, 32);
  }
  for (const name of (await readdir(folder)).filter(decides).sort()) {
    hash.update(`${name}\n`);
    await pipeline(createReadStream(path.join(folder, name)), hash, { end: false });
  }
  return hash.digest('hex').slice(0, 32);
}

function decides(name: string): boolean {
  if (name === 'config.json' || name === 'adapter_config.json') return true;
  return name.endsWith('.safetensors') && name !== 'optimizer.safetensors';
}
