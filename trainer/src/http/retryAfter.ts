const LONGEST_MS = 300_000;

/**
 * How long a `Retry-After` header asks to wait: seconds, or the time until a date. Null without a header
 * that can be read; never more than five minutes.
 */
export function retryAfterMs(header: string | null, nowMs: number): number | null {
  if (header === null) return null;
  const seconds = /^\s*\d+(\.\d+)?\s*$/.test(header) ? Number(header) : null;
  const ms = seconds === null ? Date.parse(header) - nowMs : seconds * 1000;
  return Number.isNaN(ms) ? null : Math.min(LONGEST_MS, Math.max(0, ms));
}
