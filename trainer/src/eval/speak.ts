import type { Turn } from './environment.ts';
import type { WrittenLine } from './playedEpisode.ts';
import type { Session } from './policy.ts';

export interface SpeakOptions {
  /** For one line. */
  maxLineTokens: number;
  temperature: number;
  /** Turns that rows may be about to say (`GenerateOptions.drafts`). */
  drafts?: ReadonlyMap<number, string>;
  /** The next random number of a row (`GenerateOptions.uniform`). */
  uniform?: (row: number) => number;
}

/** A turn as a model said it, word for word, and what can be read in it. */
export interface Spoken {
  text: string;
  /** Null when no action could be read in it. */
  turn: Turn | null;
  reasoningTokens: number;
  actionTokens: number;
  /** Where the row has the tokens of each line. */
  lines: readonly WrittenLine[];
}

const MAX_LINES = 4;
const THOUGHT = /^\s*Thought:/;
const ACTION = /^\s*Action:/;

/** Lets every row say one turn: lines up to and including the first that is an action. */
export async function speak(
  session: Session,
  rows: readonly number[],
  { maxLineTokens, temperature, drafts = new Map<number, string>(), uniform }: SpeakOptions,
): Promise<Map<number, Spoken>> {
  const spoken = new Map<number, Spoken>();
  for (const row of rows)
    spoken.set(row, { text: '', turn: null, reasoningTokens: 0, actionTokens: 0, lines: [] });
  let speaking = rows;
  for (let line = 0; line < MAX_LINES && speaking.length > 0; line += 1) {
    const lines = await session.generate(speaking, {
      ...{ stop: '\n', maxTokens: maxLineTokens, temperature },
      drafts: lineDrafts(speaking, spoken, drafts),
      uniform,
    });
    for (const said of lines) {
      const kind = ACTION.test(said.text) ? 'action' : 'reasoning';
      const counted = `${kind}Tokens` as const;
      const before = spoken.get(said.row)!;
      const end = session.length(said.row);
      spoken.set(said.row, {
        ...before,
        text: before.text + said.text,
        [counted]: before[counted] + said.tokens,
        lines: [...before.lines, { start: end - said.tokens, end, kind }],
      });
    }
    speaking = lines
      .filter((said) => said.stopped && !ACTION.test(said.text))
      .map((said) => said.row);
  }
  for (const one of spoken.values()) one.turn = readTurn(one.text);
  return spoken;
}

/** The next line of every draft that a row has followed so far. */
function lineDrafts(
  rows: readonly number[],
  spoken: ReadonlyMap<number, Spoken>,
  drafts: ReadonlyMap<number, string>,
): Map<number, string> {
  const lines = new Map<number, string>();
  for (const row of rows) {
    const { text } = spoken.get(row)!;
    const draft = drafts.get(row) ?? '';
    if (draft.length <= text.length || !draft.startsWith(text)) continue;
    const end = draft.indexOf('\n', text.length);
    lines.set(row, draft.slice(text.length, end < 0 ? undefined : end + 1));
  }
  return lines;
}

/** The turn in what was said; null unless a complete `Action:` line ends it. */
export function readTurn(text: string): Turn | null {
  if (!text.endsWith('\n')) return null;
  const lines = text.split('\n').slice(0, -1);
  const action = lines.pop();
  if (action === undefined || !ACTION.test(action)) return null;
  const thought = lines
    .map((line) => line.replace(THOUGHT, '').trim())
    .filter((line) => line !== '');
  return { thought: thought.join(' '), action: action.replace(ACTION, '').trim() };
}
