/** Named f32 tensors that are fetched one at a time, so that a model is never twice in memory. */
export interface TensorSource {
  readonly names: readonly string[];
  /** Throws a RangeError for a name that is not in `names`. */
  shape(name: string): readonly number[];
  read(name: string): Float32Array | Promise<Float32Array>;
}

export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

export function known<T>(entries: ReadonlyMap<string, T>, name: string): T {
  const entry = entries.get(name);
  if (entry === undefined) throw new RangeError(`no tensor named "${name}"`);
  return entry;
}
