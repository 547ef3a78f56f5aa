import { formatNumber } from './formatValue.ts';
import { t } from './l10n.ts';

/** How many there are of something: `1 record`, `2 records`. */
export const counted = {
  characters: (count: number) =>
    count === 1 ? t('1 character') : t('{0} characters', formatNumber(count)),
  records: (count: number) => (count === 1 ? t('1 record') : t('{0} records', formatNumber(count))),
  spans: (count: number) => (count === 1 ? t('1 span') : t('{0} spans', formatNumber(count))),
  tokens: (count: number) => (count === 1 ? t('1 token') : t('{0} tokens', formatNumber(count))),
  turns: (count: number) => (count === 1 ? t('1 turn') : t('{0} turns', formatNumber(count))),
};
