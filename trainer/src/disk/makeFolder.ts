import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';

/**
 * Makes a folder with its parents. Given a relative path in a working folder that somebody has removed, Node's own
 * `mkdir` goes round for ever; this says that it is gone.
 */
export async function makeFolder(folder: string): Promise<void> {
  const base = process.cwd();
  if (!path.isAbsolute(folder) && !existsSync(base)) {
    const message = `ENOENT: the working folder is gone, '${base}'`;
    throw Object.assign(new Error(message), { code: 'ENOENT' });
  }
  await mkdir(path.resolve(folder), { recursive: true });
}
