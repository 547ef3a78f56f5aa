/** Lets work begin in order while there is room for it. */
export interface Limiter {
  /** Resolves with the function that gives the room back. Rejects with the signal's reason when aborted. */
  enter(size: number, signal?: AbortSignal): Promise<() => void>;
}

interface Waiting {
  size: number;
  start: () => void;
}

/**
 * At most `count` at once, and sizes of at most `total` together. What is larger than `total` by itself
 * goes alone.
 */
export function openLimiter({ count, total }: { count: number; total: number }): Limiter {
  const queue: Waiting[] = [];
  let [inside, used] = [0, 0];

  function startNext(): void {
    for (let next = queue[0]; next !== undefined; next = queue[0]) {
      const fits = inside < count && (inside === 0 || used + next.size <= total);
      if (!fits) return;
      queue.shift();
      inside++;
      used += next.size;
      next.start();
    }
  }

  function leaveOnce(size: number): () => void {
    let left = false;
    return () => {
      if (left) return;
      left = true;
      inside--;
      used -= size;
      startNext();
    };
  }

  return {
    enter: (size, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted === true) {
          reject(signal.reason as Error);
          return;
        }
        const onAbort = (): void => {
          queue.splice(queue.indexOf(waiting), 1);
          reject(signal?.reason as Error);
          startNext();
        };
        const waiting: Waiting = {
          size,
          start: () => {
            signal?.removeEventListener('abort', onAbort);
            resolve(leaveOnce(size));
          },
        };
        signal?.addEventListener('abort', onAbort, { once: true });
        queue.push(waiting);
        startNext();
      }),
  };
}
