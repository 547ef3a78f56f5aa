/** Calls at once, then at most once in the given time, and never misses the last. */
export function throttled(act: () => void, everyMs: number): () => void {
  let timer: NodeJS.Timeout | null = null;
  let again = false;
  const run = () => {
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
  return run;
}
