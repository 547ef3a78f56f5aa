import { own } from '@deepcoder/vocabulary';
import type { PlannedSeries } from '../chartPlan.ts';
import { t } from '../l10n.ts';
import type { Run } from '../run.ts';

/** `reasoning · held out`, with the run where there are several. */
export function lineName(planned: PlannedSeries, runs: readonly Run[]): string {
  const { aspect, phase } = planned;
  return joined([own(ASPECTS, aspect) ?? aspect, phaseName(phase), runName(planned, runs)]);
}

/** The same in a file of numbers, where it does not depend on the reader's language. */
export function columnName(planned: PlannedSeries, runs: readonly Run[]): string {
  const { aspect, phase } = planned;
  const at = phase === 'eval' ? 'held out' : phase === 'rollout' ? 'own turns' : null;
  return joined([aspect, at, runName(planned, runs)]);
}

/** What is measured on other tokens than those of recorded data. */
function phaseName(phase: string): string | null {
  if (phase === 'eval') return t('held out');
  return phase === 'rollout' ? t('own turns') : null;
}

/** Aspects that are words; others are kinds of spans. */
const ASPECTS: Readonly<Record<string, string>> = {
  all: t('all'),
  'as computed': t('as computed'),
  clipped: t('clipped'),
  supervised: t('supervised'),
};

function runName({ run }: PlannedSeries, runs: readonly Run[]): string | null {
  return runs.length > 1 ? (runs.find(({ id }) => id === run)?.name ?? run) : null;
}

function joined(parts: readonly (string | null)[]): string {
  return parts.filter((part) => part !== null).join(' · ');
}
