import type { Policy, Session } from '../../../trainer/src/eval/policy.ts';

export interface ScriptOptions {
  /** Words that a row has room for. */
  context?: number;
}

/** A policy that says what `write` answers to a row's text so far; a token is a word or a line break. */
export function scriptedPolicy(
  write: (text: string) => string,
  { context = 1e6 }: ScriptOptions = {},
): Policy {
  return { start: (rows) => Promise.resolve(scriptedSession(rows, write, context)) };
}

function scriptedSession(count: number, write: (text: string) => string, context: number): Session {
  const texts = Array.from({ length: count }, () => [] as string[]);
  return {
    extend: (news) => {
      const full = news.filter(
        ({ row, text }) => texts[row]!.length + tokens(text).length > context,
      );
      const fits = news.filter((one) => !full.includes(one));
      for (const { row, text } of fits) texts[row]!.push(...tokens(text));
      return Promise.resolve(full.map(({ row }) => row));
    },
    generate: (rows, { stop, maxTokens }) =>
      Promise.resolve(
        rows.map((row) => {
          const before = texts[row]!;
          const all = tokens(write(before.join('')));
          const end = all.indexOf(stop);
          const wanted = end < 0 ? all : all.slice(0, end + 1);
          const written = wanted.slice(0, Math.min(maxTokens, context - before.length));
          before.push(...written);
          return {
            row,
            text: written.join(''),
            tokens: written.length,
            stopped: written.at(-1) === stop,
          };
        }),
      ),
    rewind: (marks) => {
      for (const { row, length } of marks) texts[row]!.length = length;
    },
    length: (row) => texts[row]!.length,
    ids: (row) => texts[row]!.map(wordId),
    close: () => Promise.resolve(),
  };
}

export function tokens(text: string): string[] {
  return text.match(/\n| ?[^\s]+| /g) ?? [];
}

const WORDS = new Map<string, number>();

/** The number of a word, the same throughout a test. */
function wordId(word: string): number {
  const known = WORDS.get(word) ?? WORDS.size;
  WORDS.set(word, known);
  return known;
}
