import { stringify } from 'yaml';
import { secretReferences } from './envReferences.ts';
import type { LoadedConfig } from './loadConfig.ts';
import { pathText } from './tree.ts';

/**
 * The resolved config as the run folder keeps it: every key, loadable again, but a value that came
 * from an environment variable whose name speaks of a secret stays the reference that it was.
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
    const reference = origins[pathText(path)]?.reference ?? '';
    return secretReferences(reference).length > 0 ? reference : value;
  };
  return stringify(kept(yaml, []), { lineWidth: 0 });
}
