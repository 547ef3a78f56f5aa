import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';

/**
 * What tells a checkpoint folder from an earlier one at the same place, without reading its weights: the
 * names, sizes, times and inodes of its files. Empty where there is no such folder.
 */
export async function checkpointStamp(folder: string): Promise<string> {
  const names = await readdir(folder).catch((): string[] => []);
  const stamps = names.sort().map(async (name) => {
    const { size, mtimeMs, ino } = await stat(path.join(folder, name));
    return `${name}:${size}:${mtimeMs}:${ino}`;
  });
  return (await Promise.all(stamps)).join('\n');
}
