import path from 'node:path';
import { globMatcher, relativeGlob, relativePath } from './globs.ts';

/** Begins an address of a built-in environment, which is no file. */
export const ENVIRONMENT_PREFIX = 'env:';

/** Files beside trajectories that are none, unless a pattern names them in full. */
export const NOT_DATA = ['**/*.spans.json', '**/node_modules/**', '**/.*', '**/.*/**'];

const isNoData = (() => {
  const matchers = NOT_DATA.map(globMatcher);
  return (inside: string): boolean => matchers.some((matches) => matches(inside));
})();

/** Whether patterns as `data.train` and `data.eval` have them (files, folders, globs) select a file. */
export function isDataFile(
  patterns: readonly string[],
  { file, cwd }: { file: string; cwd: string },
): boolean {
  return patterns.some((pattern) => {
    if (pattern.startsWith(ENVIRONMENT_PREFIX)) return false;
    const named = path.resolve(cwd, pattern);
    if (named === file) return true;
    if (file.startsWith(named + path.sep)) return !isNoData(relativePath(file, named));
    const inside = relativePath(file, cwd);
    return globMatcher(relativeGlob(pattern, cwd))(inside) && !isNoData(inside);
  });
}
