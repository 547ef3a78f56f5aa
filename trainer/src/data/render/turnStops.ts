import type { ChatMessage, RenderChatOptions } from './chatMessage.ts';

/** Where a turn of one form ends. */
interface Stop {
  /** The token at which a server stops; null where the template writes none. */
  token: string | null;
  /** It is the mark of the next role: the last turn of a conversation is shown without it. */
  isNextMark: boolean;
}

/** After turns without and with calls of the template's own form. */
export interface Stops {
  answer: Stop;
  call: Stop;
}

/** Renders, or gives nothing where the template refuses. */
export type Attempt = (messages: ChatMessage[], options?: RenderChatOptions) => string;

interface Probes {
  user: ChatMessage;
  answer: ChatMessage;
  call?: ChatMessage;
  result?: ChatMessage;
}

const NEXT = 'Pn0';
const NO_STOP: Stop = { token: null, isNextMark: false };

/**
 * What a turn's text ends with however it goes on. A template that ends the last turn only (with a token that
 * is never shown again) means that one; one that writes no end means the mark of the next role.
 */
export function findStops(
  { attempt, specials }: { attempt: Attempt; specials: readonly string[] },
  { user, answer, call, result }: Probes,
): Stops {
  const after = (turn: ChatMessage, follow: ChatMessage[], marks: string[]): string => {
    const text = attempt([user, turn, ...follow]);
    const end = marks
      .map((mark) => text.indexOf(mark) + mark.length)
      .reduce((most, one) => Math.max(most, one), 0);
    const next = text.indexOf(NEXT, end);
    return text.slice(end, next < 0 ? text.length : next);
  };
  const stopOf = (turn: ChatMessage, follow: ChatMessage, marks: string[]): Stop => {
    const last = after(turn, [], marks);
    const next = after(turn, [{ ...follow, content: NEXT }], marks);
    const shared = tokensIn(commonPrefix(last, next), specials).at(-1);
    const token = shared ?? tokensIn(last, specials)[0];
    if (token !== undefined) return { token, isNextMark: false };
    const mark = tokensIn(next, specials)[0];
    return mark === undefined ? NO_STOP : { token: mark, isNextMark: true };
  };
  return {
    answer: stopOf(answer, user, ['Pa0']),
    call:
      call === undefined || result === undefined
        ? NO_STOP
        : stopOf(call, result, ['Pname0', 'Pvalue0']),
  };
}

/** Up to where a conversation that ends with a turn says what is learnt: one past the token that ends it. */
export function learntEnd(text: string, { answer, call }: Stops): number {
  const ends = [answer, call].map(({ token, isNextMark }) => {
    const at = token === null || isNextMark ? -1 : text.lastIndexOf(token);
    return at < 0 ? 0 : at + token!.length;
  });
  const end = ends.reduce((most, one) => Math.max(most, one), -Infinity);
  return end > 0 ? end : text.trimEnd().length;
}

/** The special tokens of a text, in order; the longest one at each place. */
function tokensIn(text: string, specials: readonly string[]): string[] {
  const found: { token: string; at: number }[] = [];
  for (const token of specials) {
    for (let at = text.indexOf(token); at >= 0; at = text.indexOf(token, at + token.length)) {
      found.push({ token, at });
    }
  }
  found.sort((a, b) => a.at - b.at || a.token.length - b.token.length);
  return found.map(({ token }) => token);
}

export function commonPrefix(a: string, b: string): string {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return a.slice(0, length);
}
