import { setTimeout as sleep } from 'node:timers/promises';

/** Whether the same request may be answered a moment later. */
export function isPassing(status: number): boolean {
  return status === 408 || status === 425 || status === 429 || status >= 500;
}

/** Waits; rejects with the signal's reason as soon as it is aborted. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}

/** Why a request failed: `fetch` only says "fetch failed", the reason is its cause. */
export function failureText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  const { code } = cause as { code?: string };
  return code === undefined || cause.message.includes(code)
    ? cause.message || code || error.message
    : `${cause.message} (${code})`;
}
