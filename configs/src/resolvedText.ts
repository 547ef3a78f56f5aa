import { own } from '@deepcoder/vocabulary';
import { stringify } from 'yaml';
import type { LoadedConfig } from './loadConfig.ts';
import { pathText } from './tree.ts';

/**
 * The resolved config as the run folder keeps it: every key, loadable again, but a text that came from an
 * environment variable stays the reference that it was: whatever the variable's name, it may be a secret. Numbers and
 * switches are written, since the run's numbers depend on them.
 */
export function resolvedText({ yaml, origins }: Pick<LoadedConfig, 'yaml' | 'origins'>): string {
  const kept = (value: unknown, path: string[]): unknown => {
    if (Array.isArray(value))
      return value.map((item, index) => kept(item, [...path, String(index)]));
    if (typeof value === 'object' && value !== null) {
      return Object.fromEntries(
        Object.entries(value).map(([key, child]) => [key, kept(child, [...path, key])]),
      );
    }
    const reference = own(origins, pathText(path))?.reference ?? null;
    return typeof value === 'string' && reference !== null ? reference : value;
  };
  return stringify(kept(yaml, []), { lineWidth: 0 });
}
