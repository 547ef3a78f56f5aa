import type { Problem, Range } from '@deepcoder/vocabulary';
import { decodedSource, plainSlice, type Slice } from '../text/source.ts';
import type { Picture } from '../types.ts';

/** A picture that a reader found, and what is wrong with it; its place is that in the file. */
export interface FoundPicture extends Range {
  picture: Picture;
  problem: { code: string; message: string } | null;
}

const TAG = '<image>';

/**
 * The pictures that a record lists apart from its messages (`images: [...]`), each for the next `<image>` in
 * their texts. Where no text has one, all of them belong before the first text of the user, as ms-swift and TRL
 * read it. Tags beyond the list stay text.
 */
export class PlaceHolders {
  private next = 0;
  private unfilled = 0;

  constructor(
    private readonly pictures: readonly FoundPicture[],
    /** The list in the file, for problems. */
    private readonly list: Range,
    private readonly leads: boolean,
  ) {}

  /** What belongs before the user's first text. */
  leading(): readonly FoundPicture[] {
    if (!this.leads || this.next > 0) return [];
    this.next = this.pictures.length;
    return this.pictures;
  }

  /** The next picture, for a placeholder that is a part of its own. */
  take(): FoundPicture | null {
    const picture = this.pictures[this.next] ?? null;
    if (picture) this.next += 1;
    else this.unfilled += 1;
    return picture;
  }

  /** The texts of a slice, and between them the placeholders with their pictures. */
  *cut(slice: Slice): Iterable<{ text: Slice } | { tag: Slice; picture: FoundPicture }> {
    const source = slice.escaped ? decodedSource(slice) : slice.source;
    const whole = slice.escaped ? plainSlice(source, 0, source.text.length) : slice;
    let { start } = whole;
    for (let at = start; ; at += TAG.length) {
      at = source.text.indexOf(TAG, at);
      if (at < 0 || at + TAG.length > whole.end) break;
      const picture = this.take();
      if (!picture) continue;
      yield { text: plainSlice(source, start, at) };
      start = at + TAG.length;
      const place = { start: source.toRaw(at), end: source.toRaw(start) };
      yield { tag: plainSlice(source, at, start), picture: { ...picture, ...place } };
    }
    yield { text: plainSlice(source, start, whole.end) };
  }

  problems(): Problem[] {
    const left = this.pictures.length - this.next;
    if (left === 0 && this.unfilled === 0) return [];
    const [all, places] = [this.pictures.length, this.next + this.unfilled];
    const message = `${counted(all, 'picture')} for ${counted(places, 'placeholder')} (${TAG}); ${left > 0 ? 'those left over are in no message' : 'those left over stay text'}`;
    return [{ code: 'picture-count', message, severity: 'warning', ...this.list }];
  }
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
