import type { Problem } from '@deepcoder/vocabulary';
import type { Parsed } from '../types.ts';

/** Pictures that the file names by a path under which there is none; `exists` is asked once for each path. */
export async function missingPictures(
  { pictures }: Pick<Parsed, 'pictures'>,
  exists: (path: string) => Promise<boolean>,
): Promise<Problem[]> {
  const known = new Map<string, boolean>();
  const problems: Problem[] = [];
  for (const { start, end, picture } of pictures) {
    if (!('path' in picture.source)) continue;
    const { path } = picture.source;
    if (!known.has(path)) known.set(path, await exists(path));
    if (known.get(path)) continue;
    const message = `the picture ${path} is not there; paths count from the file's folder`;
    problems.push({ code: 'picture-missing', message, start, end, severity: 'warning' });
  }
  return problems;
}
