import type { Shown } from '../canonical.ts';

/** Parts of a message with its picture before or behind them. */
export function mixed<T>(texts: T[], shown: Shown | null, picture: (data: string) => T): T[] {
  if (!shown) return texts;
  return shown.isFirst ? [picture(shown.data), ...texts] : [...texts, picture(shown.data)];
}
