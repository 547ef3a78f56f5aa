import type { Tokenizer } from '../tokenizer/tokenizer.ts';

export interface TextStream {
  /** The text that is sure now; `stop`: the stop text that it ends before. */
  push(id: number): Promise<{ text: string; stop: string | null }>;
  /** The text that was held back. */
  end(): Promise<string>;
}

export interface TextStreamOptions {
  /** Texts that end the stream, and are no part of it. */
  stops: readonly string[];
  /** Tokens that have no text, such as the end of a sequence. */
  isHidden: (id: number) => boolean;
}

/** What decoding gives for the bytes of a character whose end is missing. */
const UNFINISHED = '\ufffd';

/**
 * The text of tokens as they come. A token is decoded together with the one before, since blanks and characters of
 * several bytes depend on it; what may still become a stop text is held back.
 */
export function textStream(
  tokenizer: Pick<Tokenizer, 'decode'>,
  { stops, isHidden }: TextStreamOptions,
): TextStream {
  let ids: number[] = [];
  /** Tokens at the front whose text was given. */
  let given = 0;
  let held = '';

  async function grown(isLast: boolean): Promise<string> {
    const before = await tokenizer.decode(ids.slice(0, given));
    const all = await tokenizer.decode(ids);
    if (!isLast && all.endsWith(UNFINISHED)) return '';
    const text = all.slice(before.length);
    ids = ids.slice(given);
    given = ids.length;
    return text;
  }

  return {
    async push(id) {
      if (isHidden(id)) return { text: '', stop: null };
      ids.push(id);
      held += await grown(false);
      const found = firstStop(held, stops);
      if (found !== null) {
        const text = held.slice(0, found.at);
        held = '';
        return { text, stop: found.stop };
      }
      const keep = held.length - possibleStop(held, stops);
      const text = held.slice(0, keep);
      held = held.slice(keep);
      return { text, stop: null };
    },
    async end() {
      const text = held + (await grown(true));
      held = '';
      return text;
    },
  };
}

function firstStop(text: string, stops: readonly string[]): { at: number; stop: string } | null {
  const found = stops
    .map((stop) => ({ at: text.indexOf(stop), stop }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => a.at - b.at);
  return found[0] ?? null;
}

/** How many characters at the end may be the beginning of one of these. */
export function possibleStop(text: string, stops: readonly string[]): number {
  let most = 0;
  for (const stop of stops) {
    for (let length = Math.min(stop.length - 1, text.length); length > most; length--)
      if (stop.startsWith(text.slice(-length))) most = length;
  }
  return most;
}
