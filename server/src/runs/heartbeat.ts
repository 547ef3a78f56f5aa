export interface Heartbeat {
  /** From now on. */
  start: () => void;
  stop: () => void;
}

/** Does some work again and again; the next time begins `everyMs` after the last one began, or when that is done. */
export function createHeartbeat(
  everyMs: number,
  work: (beat: number) => Promise<void>,
  now: () => number,
): Heartbeat {
  let timer: NodeJS.Timeout | null = null;
  let running = false;
  let beat = 0;
  const next = async (): Promise<void> => {
    const began = now();
    await work(beat++);
    if (!running) return;
    timer = setTimeout(() => void next(), Math.max(1, everyMs - (now() - began)));
    timer.unref();
  };
  return {
    start: () => {
      if (running) return;
      running = true;
      void next();
    },
    stop: () => {
      running = false;
      if (timer !== null) clearTimeout(timer);
    },
  };
}
