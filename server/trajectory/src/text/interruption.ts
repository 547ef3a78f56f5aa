/** Thrown out of a reading whose result nobody wants any more. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';

  constructor() {
    super('the text has changed meanwhile');
  }
}

let isStale: (() => boolean) | null = null;

/**
 * For a thread that reads one text: where this says so, a reading that is under way ends with `Interrupted`. It is
 * asked every few microseconds.
 */
export function interruptWhere(stale: () => boolean): void {
  isStale = stale;
}

/** Called by everything that reads on in a text: at each line, each value, each piece. */
export function checkInterruption(): void {
  if (isStale?.() === true) throw new Interrupted();
}
