import { labelRulesFrom, own, type LabelPatterns } from '@deepcoder/vocabulary';
import { FORMATS } from '../formats/registry.ts';
import type { ParseOptions } from '../types.ts';
import { globMatcher, relativeGlob, relativePath } from './globs.ts';

/** Stands for detection. */
export const AUTO_FORMAT = 'auto';

/**
 * The name that `data.format` gives a file: one for all, or a map from glob to name of which the first match
 * counts, `auto` where none does.
 */
export function formatName(
  format: string | Readonly<Record<string, string>>,
  { file, cwd }: { file: string; cwd: string },
): string {
  if (typeof format === 'string') return format;
  const inside = relativePath(file, cwd);
  const found = Object.entries(format).find(([glob]) =>
    globMatcher(relativeGlob(glob, cwd))(inside),
  );
  return found === undefined ? AUTO_FORMAT : found[1];
}

/** What the name of a format, or of label rules, has a file read as; null: there is none of this name. */
export function namedFormat(
  name: string,
  rules: Readonly<Record<string, LabelPatterns>>,
): Pick<ParseOptions, 'format' | 'rules'> | null {
  if (name === AUTO_FORMAT) return {};
  const set = own(rules, name);
  if (set !== undefined) return { format: 'label_rules', rules: labelRulesFrom(set) };
  return FORMATS.some(({ id }) => id === name) ? { format: name } : null;
}
