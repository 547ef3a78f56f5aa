import { formatValue } from './formatValue.ts';
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
  const was = before === undefined ? '' : `, ${share(before)} before training`;
  const against =
    teacher === undefined || teacher === 0
      ? ''
      : `; that is ${share(Math.round((after / teacher) * 100) / 100)} of what the teacher solves (${share(teacher)})`;
  return `The student solves ${share(after)} of the games${was}${against}.`;
}
