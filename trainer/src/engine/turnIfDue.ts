import { setImmediate as othersTurn } from 'node:timers/promises';

const TURN_EVERY_MS = 10;
let lastTurn = 0;

/**
 * Leaves the event loop to others where they have had no turn for a while: requests, signals, the control socket.
 * For work that is made of many short steps and waits for nothing.
 */
export async function turnIfDue(): Promise<void> {
  if (performance.now() - lastTurn < TURN_EVERY_MS) return;
  await othersTurn();
  lastTurn = performance.now();
}
