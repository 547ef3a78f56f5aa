/** A function of a native library that can be called on a thread of its own. */
export interface AsyncFunction {
  async: (...args: unknown[]) => void;
}

/** What calls under way read and write. */
const inUse = new Set<readonly unknown[]>();

/**
 * Calls a function on a thread of its own. koffi keeps nothing alive meanwhile: an array that is collected is memory
 * that the library still reads and writes.
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
