import type { Annotation, TextEdit } from '@deepcoder/trajectory';
import type { Range } from '@deepcoder/vocabulary';
import { isAsItWas, placeAfter, smallestEdit, withEdit } from './netChange.ts';
import type { Change, Place, ReadText } from './netChange.ts';

/** How many edits are remembered, of any kind and of those that hid an annotation, and how much text for each. */
const MOST_RECENT = 50;
const MOST_HIDING = 200;
const MOST_CHARACTERS = 1 << 24;

interface Held {
  readonly annotation: Annotation;
  /** No edit has hidden any of its text, or such edits were taken back. */
  readonly isWhole: boolean;
  /** The same over all edits. */
  readonly id: object;
}

/** The moment before an edit: where the annotations lay, and all that has changed since. */
interface Memory {
  readonly isHiding: boolean;
  readonly before: ReadonlyMap<object, Held>;
  readonly changes: readonly Change[];
}

/**
 * A person's annotations of a text that is edited. Edits move those behind them along. One whose own text an
 * edit changes keeps its length, and comes back when that text does, by undo or otherwise; a text that is
 * again what it was has the annotations that it had.
 */
export class HandAnnotations {
  private held: readonly Held[] = [];
  /** The latest first, and last those that were come back to. */
  private memories: readonly Memory[] = [];

  /** In the order of the text. */
  all: readonly Annotation[] = [];

  /** Those that are there already keep what is remembered of them. */
  set(annotations: readonly Annotation[]): void {
    this.hold(
      annotations.map(
        (annotation) =>
          this.held.find((one) => isSame(one.annotation, annotation)) ?? {
            annotation,
            isWhole: true,
            id: {},
          },
      ),
    );
  }

  /** @param read the text before the edit */
  edit(edit: TextEdit, read: ReadText): void {
    if (this.held.length === 0) {
      this.memories = [];
      return;
    }
    const change = smallestEdit(edit, read);
    const isHiding = this.held.some((one) => one.isWhole && overlaps(change, one.annotation));
    const before = new Map(this.held.map((one) => [one.id, one]));
    const latest = [{ isHiding, before, changes: [] }, ...this.memories]
      .filter((one, i) => one.isHiding || i < MOST_RECENT)
      .slice(0, MOST_HIDING)
      .map((one) => ({ ...one, changes: withEdit(one.changes, edit, read) }))
      .filter(({ changes }) => sizeOf(changes) <= MOST_CHARACTERS);
    const same = latest.findIndex(({ changes }) => changes.every(isAsItWas));
    // Of moments with the same text, those that were come back to give way to those before them.
    this.memories = [...latest.slice(same + 1), ...latest.slice(0, same + 1)];
    const now = this.held.map(
      (one) => latest[same]?.before.get(one.id) ?? moved(one, change, latest),
    );
    this.hold(now);
  }

  private hold(held: readonly Held[]): void {
    this.held = inOrder(held);
    this.all = this.held.map(({ annotation }) => annotation);
  }
}

function moved(one: Held, change: TextEdit, latest: readonly Memory[]): Held {
  const isWhole = one.isWhole && !overlaps(change, one.annotation);
  const places = isWhole ? [] : latest.flatMap((memory) => placeIn(memory, one.id));
  const place = places.find((found) => found.isWhole) ?? places[0];
  return placed(one, place ?? { start: shifted(one.annotation.start, change), isWhole });
}

function shifted(at: number, { start, end, newText }: TextEdit): number {
  return end <= at ? at + newText.length - (end - start) : at;
}

/** Where a memory that saw an annotation whole has it by now. */
function placeIn({ before, changes }: Memory, id: object): Place[] {
  const known = before.get(id);
  return known?.isWhole ? [placeAfter(changes, known.annotation)] : [];
}

function placed({ annotation, id }: Held, { start, isWhole }: Place): Held {
  const end = start + annotation.end - annotation.start;
  return { annotation: { ...annotation, start, end }, isWhole, id };
}

function overlaps({ start, end }: Range, other: Range): boolean {
  return end > other.start && start < other.end;
}

function isSame(a: Annotation, b: Annotation): boolean {
  return a.start === b.start && a.end === b.end && a.kind === b.kind && a.hash === b.hash;
}

function inOrder(held: readonly Held[]): Held[] {
  return [...held].sort(
    ({ annotation: a }, { annotation: b }) => a.start - b.start || a.end - b.end,
  );
}

function sizeOf(changes: readonly Change[]): number {
  return changes.reduce((sum, { was, now }) => sum + was.length + now.length, 0);
}
