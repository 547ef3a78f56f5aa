import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { isGguf } from '@deepcoder/trainer-protocol';

/**
 * What tells a checkpoint folder from an earlier one at the same place, without reading its weights: the
 * names, sizes, times and inodes of its files. Empty if there is no checkpoint. A GGUF file counts as one file.
 */
export async function checkpointStamp(folder: string): Promise<string> {
  const names = isGguf(folder) ? [''] : await readdir(folder).catch((): string[] => []);
  const stamps = names.sort().map(async (name) => {
    const found = await stat(path.join(folder, name)).catch(() => null);
    return found === null ? '' : `${name}:${found.size}:${found.mtimeMs}:${found.ino}`;
  });
  return (await Promise.all(stamps)).join('\n');
}
