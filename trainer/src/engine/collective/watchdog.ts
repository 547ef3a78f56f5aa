import type { Ranks } from './ranks.ts';

export interface WatchdogOptions {
  /** Maximum time without a heartbeat. Default: 45 s. */
  timeoutMs?: number;
  everyMs?: number;
  /** The current step, sent with each heartbeat. */
  step: () => number;
  /** Monotonic clock, in milliseconds. */
  now: () => number;
  /** Called once, with the lost rank and its last known step. */
  onLost: (lost: { rank: number; silentMs: number; step: number }) => void;
}

const TIMEOUT_MS = 45_000;
const EVERY_MS = 1000;

/**
 * MPI has no timeouts: if a host or link is lost, calls block forever. So rank 0 and every other rank exchange a
 * heartbeat every second. A rank that was itself stopped or busy restarts its timer.
 */
export function startWatchdog(
  { collective }: Pick<Ranks, 'collective'>,
  { timeoutMs = TIMEOUT_MS, everyMs = EVERY_MS, step, now, onLost }: WatchdogOptions,
): () => void {
  const { rank, size } = collective;
  const peers = rank === 0 ? [...Array(size).keys()].slice(1) : [0];
  const heard = new Map(peers.map((peer) => [peer, { at: now(), step: 0 }]));
  let last = now();
  const look = (): void => {
    const at = now();
    if (at - last > 5 * everyMs) for (const entry of heard.values()) entry.at = at;
    last = at;
    for (const { from, words } of collective.posted()) heard.set(from, { at, step: words[0]! });
    for (const [peer, entry] of heard) {
      collective.post(peer, Int32Array.of(step()));
      const silentMs = at - entry.at;
      if (silentMs < timeoutMs) continue;
      stop();
      onLost({ rank: peer, silentMs, step: entry.step });
      return;
    }
  };
  const timer = setInterval(look, everyMs);
  const stop = (): void => clearInterval(timer);
  timer.unref();
  return stop;
}
