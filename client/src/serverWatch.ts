import type { Disposer } from './disposer.ts';

export interface WatchOptions {
  /** Settles in any way when the server has answered; null where there is none to ask. */
  ping: () => Promise<unknown> | null;
  onDeaf: () => void;
  everyMs?: number;
  /** How many times in a row it may be found without an answer. */
  patience?: number;
}

/**
 * Tells of a server that does not answer. Time is counted in looks, so that one that slept with its computer is not
 * taken for deaf.
 */
export function watchServer({
  ping,
  onDeaf,
  everyMs = 1000,
  patience = 10,
}: WatchOptions): Disposer {
  let asked: Promise<unknown> | null = null;
  let looks = 0;
  const look = (): void => {
    if (asked) {
      looks += 1;
      if (looks < patience) return;
      asked = null;
      onDeaf();
      return;
    }
    looks = 0;
    const own = (asked = ping());
    const answered = (): void => {
      if (asked === own) asked = null;
    };
    own?.then(answered, answered);
  };
  const timer = setInterval(look, everyMs);
  return { dispose: () => clearInterval(timer) };
}
