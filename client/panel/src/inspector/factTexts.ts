import type { Facts } from '@deepcoder/vocabulary';
import { counted } from '../counted.ts';
import { formatNumber, formatValue } from '../formatValue.ts';
import { t } from '../l10n.ts';

/** Words that say well or badly get a mark that tells them apart without colour. */
export function statusText(status: string): string {
  if (status === 'success') return `✓ ${t('success')}`;
  if (status === 'failure') return `✗ ${t('failure')}`;
  return status === 'error' ? `⚠ ${t('error')}` : status;
}

export function scoreText(score: number): string {
  return t('score {0}', formatNumber(score));
}

/** How long it took and what it used, as far as the log says. */
export function amountTexts({ durationMs, tokens }: Facts): string[] {
  return [
    durationMs === null ? null : formatValue(durationMs / 1000, 'seconds'),
    tokens === null ? null : counted.tokens(tokens),
  ].filter((text) => text !== null);
}
