/** A native function that can be called on a separate thread. */
export interface AsyncFunction {
  async: (...args: unknown[]) => void;
}

/** Buffers used by calls in flight. */
const inUse = new Set<readonly unknown[]>();

/**
 * Calls a function on a separate thread. koffi does not keep its arguments alive, so they are held here: otherwise
 * the library could access arrays that have been garbage-collected.
 */
export function callOnThread<T>(native: AsyncFunction, args: readonly unknown[]): Promise<T> {
  return new Promise((resolve, reject) => {
    inUse.add(args);
    native.async(...args, (error: Error | null, result: T) => {
      inUse.delete(args);
      if (error === null) resolve(result);
      else reject(error);
    });
  });
}
