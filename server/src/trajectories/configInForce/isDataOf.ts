import type { Config } from '@deepcoder/config';
import { isDataFile } from '@deepcoder/trajectory';

/** Whether a config trains or evaluates on a file. */
export function isDataOf(
  { data }: Pick<Config, 'data'>,
  place: { file: string; cwd: string },
): boolean {
  return isDataFile([...data.train, ...(Array.isArray(data.eval) ? data.eval : [])], place);
}
