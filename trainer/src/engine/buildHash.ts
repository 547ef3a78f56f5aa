import { createHash, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/**
 * Identifies this build of the program: the SHA-256 (hex) of the bundle that contains this code. When run from
 * source there is no bundle, so every process counts as a separate build.
 */
export async function buildHash(): Promise<string> {
  const file = fileURLToPath(import.meta.url);
  if (file.endsWith('.ts')) return OF_THIS_PROCESS;
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
}

const OF_THIS_PROCESS = randomUUID();
