import type { Config } from '@deepcoder/config';
import { AUTO_FORMAT, formatName, namedFormat, type ParseOptions } from '@deepcoder/trajectory';

/** How a config has a file read. Null: by detection; what is no format is reported at the config. */
export function configuredFormat(
  { data }: Pick<Config, 'data'>,
  place: { file: string; cwd: string },
): ParseOptions | null {
  const name = formatName(data.format, place);
  return name === AUTO_FORMAT ? null : namedFormat(name, data.rules);
}
