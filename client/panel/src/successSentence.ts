import { formatValue } from './formatValue.ts';
import { t } from './l10n.ts';
import type { PlayRow } from './run.ts';

/**
 * `The student solves 82 % of the games, 4 % before training; that is 87 % of what the teacher
 * solves (94 %).` Null without a row of a student after training.
 */
export function successSentence(rows: readonly PlayRow[]): string | null {
  const shareOf = (who: string) => rows.find((row) => row.who === who)?.success;
  const after = shareOf('student after');
  if (after === undefined) return null;
  const before = shareOf('student before');
  const teacher = shareOf('teacher');
  const share = (value: number) => formatValue(value, 'share');
  if (teacher === undefined || teacher === 0) {
    return before === undefined
      ? t('The student solves {0} of the games.', share(after))
      : t('The student solves {0} of the games, {1} before training.', share(after), share(before));
  }
  const part = share(Math.round((after / teacher) * 100) / 100);
  return before === undefined
    ? t(
        'The student solves {0} of the games; that is {1} of what the teacher solves ({2}).',
        share(after),
        part,
        share(teacher),
      )
    : t(
        'The student solves {0} of the games, {1} before training; that is {2} of what the teacher solves ({3}).',
        share(after),
        share(before),
        part,
        share(teacher),
      );
}
