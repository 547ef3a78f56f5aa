import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { RunFingerprints } from '@deepcoder/trainer-protocol';

/** sha256 of a text, in hexadecimal. */
export function fingerprintText(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** sha256 of files of any size, in the order given. */
export async function fingerprintFiles(paths: readonly string[]): Promise<RunFingerprints['data']> {
  const found: RunFingerprints['data'] = [];
  for (const path of paths) {
    const hash = createHash('sha256');
    await pipeline(createReadStream(path), hash);
    found.push({ path, sha256: hash.digest('hex') });
  }
  return found;
}
