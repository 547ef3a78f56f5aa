import type { Ask } from './ask.ts';

/** What is asked for at once. */
const MOST_CHARACTERS = 4_000_000;

/** The text of a span, decoded or raw, up to a length that a page can show. */
export async function loadText(
  ask: Ask,
  which: { record: number; span: number; raw: boolean },
): Promise<string> {
  return (await ask('text', { ...which, from: 0, length: MOST_CHARACTERS })).text;
}

/** A piece of a record's raw text, of any length. */
export async function loadRaw(
  ask: Ask,
  { record, from, length }: { record: number; from: number; length: number },
): Promise<string> {
  const pieces: string[] = [];
  for (let at = from; at < from + length; at += MOST_CHARACTERS) {
    const most = Math.min(MOST_CHARACTERS, from + length - at);
    pieces.push((await ask('text', { record, span: -1, raw: true, from: at, length: most })).text);
  }
  return pieces.join('');
}
