import path from 'node:path';
import type { Config } from '@deepcoder/config';
import { globPattern } from '../formats/globPattern.ts';

/** Whether a config trains or evaluates on a file: by its path, a folder around it, or a glob. */
export function isDataOf(
  { data }: Pick<Config, 'data'>,
  { file, cwd }: { file: string; cwd: string },
): boolean {
  const patterns = [...data.train, ...(Array.isArray(data.eval) ? data.eval : [])];
  return patterns.some((pattern) => {
    const named = path.resolve(cwd, pattern);
    if (named === file || file.startsWith(named + path.sep)) return true;
    const inside = path.isAbsolute(pattern) ? file : path.relative(cwd, file);
    const glob = path.posix.normalize(pattern.split(path.sep).join('/'));
    return globPattern(glob).test(inside.split(path.sep).join('/'));
  });
}
