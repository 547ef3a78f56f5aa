export interface Throttled {
  (): void;
  /** From then on nothing is called, also not what is due. */
  dispose(): void;
}

/** Calls at once, then at most once in the given time, and never misses the last. */
export function throttled(act: () => void, everyMs: number): Throttled {
  let timer: NodeJS.Timeout | null = null;
  let again = false;
  let isDisposed = false;
  const run = () => {
    if (isDisposed) return;
    if (timer !== null) {
      again = true;
      return;
    }
    act();
    timer = setTimeout(() => {
      timer = null;
      if (again) {
        again = false;
        run();
      }
    }, everyMs);
  };
  const dispose = () => {
    isDisposed = true;
    if (timer !== null) clearTimeout(timer);
  };
  return Object.assign(run, { dispose });
}
