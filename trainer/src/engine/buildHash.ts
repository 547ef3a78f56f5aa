import { createHash, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/**
 * What tells this build of the program from every other: the SHA-256 of the bundle that this code runs in, in
 * hexadecimal. From source nothing tells, so there every process counts as a build of its own.
 */
export async function buildHash(): Promise<string> {
  const file = fileURLToPath(import.meta.url);
  if (file.endsWith('.ts')) return OF_THIS_PROCESS;
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
}

const OF_THIS_PROCESS = randomUUID();
