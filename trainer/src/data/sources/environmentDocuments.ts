import { own } from '@deepcoder/vocabulary';
import { DeepCoderError } from '@deepcoder/config';
import type { Document } from '../encode/renderDocument.ts';
import type { EnvironmentSource } from '../types.ts';
import type { EnvironmentAddress } from './findSources.ts';

/** The trajectories that a built-in environment makes, one document each. */
export function environmentDocuments(
  { source, name, parameters }: EnvironmentAddress,
  environments: Record<string, EnvironmentSource>,
): Document[] {
  const make = own(environments, name);
  if (make === undefined) {
    const known = Object.keys(environments).join(', ');
    throw new DeepCoderError(
      'environment-unknown',
      `data: ${source} names no built-in environment; there is ${known === '' ? 'none' : known}`,
      { exitCode: 2 },
    );
  }
  return Array.from(make(parameters), ({ id, text, format }) => ({
    ...{ source, id, text, problems: [] },
    ...{ fileName: null, format: format ?? null, rules: null, annotations: null },
  }));
}
