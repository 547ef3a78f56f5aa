/** Places of which so many can be taken at once; who comes later waits in line. */
interface Slots {
  /** Resolves with what gives the place back, which may be called more than once. */
  take(signal?: AbortSignal): Promise<() => void>;
}

export function openSlots(count: number): Slots {
  let free = count;
  const line: (() => void)[] = [];
  return {
    async take(signal) {
      while (free === 0) {
        signal?.throwIfAborted();
        await new Promise<void>((resolve) => line.push(resolve));
      }
      free--;
      let isTaken = true;
      return () => {
        if (!isTaken) return;
        isTaken = false;
        free++;
        line.shift()?.();
      };
    },
  };
}
