import { t } from './l10n.ts';

export type Unit = 'nats' | 'share' | 'bytes' | 'seconds' | 'count' | 'rate' | 'none';

/** A value for people, with its unit where the number alone would not say it. */
export function formatValue(value: number, unit: Unit): string {
  if (!Number.isFinite(value)) return t('not finite');
  if (unit === 'share') return `${trim((value * 100).toFixed(1))}\u00a0%`;
  if (unit === 'bytes') return formatBytes(value);
  if (unit === 'seconds') return formatSeconds(value);
  return formatNumber(value);
}

/** Four significant digits; powers of ten only where zeros would hide the number. */
export function formatNumber(value: number): string {
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size < 0.001 || size >= 1e12) return value.toExponential(2).replace(/\.?0+e/, 'e');
  // From here on four digits would round up to five.
  if (size >= 9999.5) return grouped(Math.round(value));
  return trim(value.toPrecision(4));
}

/** Labels of an axis: powers of ten for all of them or for none. */
export function formatTicks(values: readonly number[], unit: Unit): string[] {
  const plain = unit === 'none' || unit === 'nats';
  const small = values.some((value) => value !== 0 && Math.abs(value) < 0.001);
  return values.map((value) => {
    return plain && small && value !== 0
      ? value.toExponential(2).replace(/\.?0+e/, 'e')
      : formatValue(value, unit);
  });
}

/** `1.5\u00a0s`, `2:05\u00a0min`, `3:20\u00a0h`, `2 d 04\u00a0h`. */
export function formatSeconds(seconds: number): string {
  const size = Math.abs(seconds);
  if (size < 1 && size > 0) return `${trim((seconds * 1000).toPrecision(3))}\u00a0ms`;
  if (size < 60) return `${trim(seconds.toPrecision(3))}\u00a0s`;
  const total = Math.round(seconds);
  const two = (value: number) => String(value % 60).padStart(2, '0');
  if (size < 3600) return `${Math.floor(total / 60)}:${two(total)}\u00a0min`;
  const hours = Math.floor(total / 3600);
  if (hours < 48) return `${hours}:${two(Math.floor(total / 60))}\u00a0h`;
  return `${Math.floor(hours / 24)}\u00a0d\u00a0${String(hours % 24).padStart(2, '0')}\u00a0h`;
}

function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  return `${Number((bytes / 1024 ** power).toPrecision(3))}\u00a0${units[power] ?? ''}`;
}

function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, '\u202f');
}

function trim(text: string): string {
  return text.includes('.') && !text.includes('e') ? text.replace(/\.?0+$/, '') : text;
}
