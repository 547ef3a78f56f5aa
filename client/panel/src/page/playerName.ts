import { own } from '@deepcoder/vocabulary';
import { t } from '../l10n.ts';

/** What a player is called who is `who` in a run's files. */
export function playerName(who: string): string {
  return own(PLAYERS, who) ?? who;
}

/** Those that a training has; others that were compared have names of their own. */
const PLAYERS: Readonly<Record<string, string>> = {
  random: t('chance'),
  teacher: t('teacher'),
  'student before': t('student before'),
  'student after': t('student after'),
};
