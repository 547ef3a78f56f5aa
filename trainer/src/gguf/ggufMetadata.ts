import type { GgufFile } from './readGguf.ts';
import { ggufError } from './ggufError.ts';

/** Looks values of the metadata up by type; a value of another type than is asked for counts as absent. */
export interface Lookup {
  number: (key: string) => number | null;
  text: (key: string) => string | null;
  flag: (key: string) => boolean | null;
  texts: (key: string) => readonly string[] | null;
  numbers: (key: string) => readonly number[] | null;
  /** The same for what the file cannot do without. */
  neededNumber: (key: string) => number;
  neededText: (key: string) => string;
}

export function lookup({ path, metadata }: GgufFile): Lookup {
  const number = (key: string): number | null => {
    const value = metadata.get(key);
    return typeof value === 'number' ? value : null;
  };
  const text = (key: string): string | null => {
    const value = metadata.get(key);
    return typeof value === 'string' ? value : null;
  };
  const needed = <T>(key: string, value: T | null): T => {
    if (value !== null) return value;
    throw ggufError(
      'gguf-metadata',
      path,
      `its metadata has no usable "${key}"; convert the model again`,
    );
  };
  return {
    number,
    text,
    flag: (key) => (typeof metadata.get(key) === 'boolean' ? metadata.get(key) === true : null),
    texts: (key) => listOf(metadata.get(key), (one) => typeof one === 'string'),
    numbers: (key) => listOf(metadata.get(key), (one) => typeof one === 'number'),
    neededNumber: (key) => needed(key, number(key)),
    neededText: (key) => needed(key, text(key)),
  };
}

function listOf<T>(value: unknown, isOne: (one: unknown) => one is T): readonly T[] | null {
  return Array.isArray(value) && value.every(isOne) ? value : null;
}
