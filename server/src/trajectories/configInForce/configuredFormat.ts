import path from 'node:path';
import type { Config } from '@deepcoder/config';
import { FORMATS, type ParseOptions } from '@deepcoder/trajectory';
import { rulesOf } from '../formats/formats.ts';
import { globPattern } from '../formats/globPattern.ts';

/**
 * How a config has a file read, by `data.format` and `data.rules` as the trainer takes them: a name, or a
 * map from glob to name of which the first match counts. Null: by detection. What is no format is told
 * at the config.
 */
export function configuredFormat(
  { data }: Pick<Config, 'data'>,
  { file, cwd }: { file: string; cwd: string },
): ParseOptions | null {
  const { format, rules } = data;
  const choose = (name: string): ParseOptions | null => {
    const own = rules[name];
    if (own !== undefined) return { format: 'label_rules', rules: rulesOf(own) };
    return FORMATS.some(({ id }) => id === name) ? { format: name } : null;
  };
  if (typeof format === 'string') return choose(format);
  const inside = path.relative(cwd, file).split(path.sep).join('/');
  const found = Object.entries(format).find(([glob]) => globPattern(glob).test(inside));
  return found === undefined ? null : choose(found[1]);
}
