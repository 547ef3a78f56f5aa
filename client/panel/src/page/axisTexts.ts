import { t } from '../l10n.ts';
import type { Axis } from './view.ts';

interface AxisTexts {
  name: string;
  /** That a chart is drawn over it. */
  by: string;
  /** A place on it, which is already written as a number or a time. */
  at: (place: string) => string;
  /** What a table of a chart shows. */
  caption: (chart: string) => string;
}

/** What is said of the horizontal axes. */
export const AXIS_TEXTS: Readonly<Record<Axis, AxisTexts>> = {
  step: {
    name: t('step'),
    by: t('by step'),
    at: (place) => t('step {0}', place),
    caption: (chart) => t('{0}: the value measured nearest to each step, not averaged', chart),
  },
  tokens: {
    name: t('tokens'),
    by: t('by tokens'),
    at: (place) => t('tokens {0}', place),
    caption: (chart) =>
      t('{0}: the value measured nearest to each number of tokens, not averaged', chart),
  },
  time: {
    name: t('time'),
    by: t('by time'),
    at: (place) => place,
    caption: (chart) => t('{0}: the value measured nearest to each time, not averaged', chart),
  },
};
