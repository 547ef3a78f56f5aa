import type { TextEdit } from '@deepcoder/trajectory';
import type { Range } from '@deepcoder/vocabulary';

/** A stretch that is another than it was: where it begins now, what it was and what it is. */
export interface Change {
  start: number;
  was: string;
  now: string;
}

/** The text between two offsets. */
export type ReadText = (start: number, end: number) => string;

/** The edit without what it leaves as it is at its ends. */
export function smallestEdit({ start, end, newText }: TextEdit, read: ReadText): TextEdit {
  const was = read(start, end);
  const shorter = Math.min(was.length, newText.length);
  let before = 0;
  while (before < shorter && was[before] === newText[before]) before += 1;
  let after = 0;
  while (after < shorter - before && was.at(-1 - after) === newText.at(-1 - after)) after += 1;
  return {
    start: start + before,
    end: end - after,
    newText: newText.slice(before, newText.length - after),
  };
}

/**
 * What all has changed after one more edit, in order. Changes that an edit touches become one, and none ever
 * gets shorter: an edit that is taken back falls within its own change, which then is again what it was.
 *
 * @param read the text before the edit
 */
export function withEdit(
  changes: readonly Change[],
  { start, end, newText }: TextEdit,
  read: ReadText,
): Change[] {
  const touched = changes.filter((one) => one.start <= end && endOf(one) >= start);
  const from = Math.min(start, touched[0]?.start ?? start);
  const to = touched
    .slice(-1)
    .map(endOf)
    .reduce((most, one) => Math.max(most, one), end);
  let was = '';
  let at = from;
  for (const one of touched) {
    was += read(at, one.start) + one.was;
    at = endOf(one);
  }
  was += read(at, to);
  const joined = { start: from, was, now: read(from, start) + newText + read(end, to) };
  const by = newText.length - (end - start);
  return [
    ...changes.filter((one) => endOf(one) < start),
    joined,
    ...changes.filter((one) => one.start > end).map((one) => ({ ...one, start: one.start + by })),
  ];
}

/** Where a stretch of the text as it was begins now, and whether it is there as it was. */
export interface Place {
  start: number;
  isWhole: boolean;
}

export function placeAfter(changes: readonly Change[], { start, end }: Range): Place {
  let by = 0;
  let place: number | null = null;
  for (const one of changes) {
    const began = one.start - by;
    if (began >= end) break;
    if (began + one.was.length > start && !isAsItWas(one))
      place ??= began > start ? start + by : one.start + start - began;
    by += one.now.length - one.was.length;
  }
  return place === null ? { start: start + by, isWhole: true } : { start: place, isWhole: false };
}

export function isAsItWas({ was, now }: Change): boolean {
  return was === now;
}

function endOf({ start, now }: Change): number {
  return start + now.length;
}
