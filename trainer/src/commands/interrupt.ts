/** An orderly end that the user has asked for. */
export interface Interrupt {
  signal: AbortSignal;
  /** Called when it is asked for, at once if it was already. */
  onStop: (listener: () => void) => void;
}

export interface InterruptOptions {
  /** Registers a listener for Ctrl-C and its like. */
  onSignal: (listener: () => void) => void;
  say: (text: string) => void;
  exit: (code: number) => void;
  now: () => number;
}

export const CANCELLED = 130;

/** npm passes Ctrl-C on to a program that the terminal has told already. */
const SAME_PRESS_MS = 300;

/** The first signal asks for an orderly end, the second ends the program at once. */
export function openInterrupt({ onSignal, say, exit, now }: InterruptOptions): Interrupt {
  const controller = new AbortController();
  let askedAt: number | null = null;
  onSignal(() => {
    if (askedAt === null) {
      askedAt = now();
      say('stopping; press Ctrl-C again to end at once');
      controller.abort();
    } else if (now() - askedAt > SAME_PRESS_MS) exit(CANCELLED);
  });
  const { signal } = controller;
  return {
    signal,
    onStop: (listener) => {
      if (signal.aborted) listener();
      else signal.addEventListener('abort', listener, { once: true });
    },
  };
}
