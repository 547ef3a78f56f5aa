/**
 * The object's own value under a key that may be any string; an object inherits members such as `constructor`, which
 * `record[key]` would find.
 */
export function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  // eslint-disable-next-line deepcoder/object-as-map -- here it is asked for
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
