import type { Abilities, Call, Canonical, Turn } from '../canonical.ts';
import type { RecordDialect } from '../dialect.ts';
import type { JsonObject } from '../json.ts';
import { chatMessages, openaiCalls } from './chatMessages.ts';

export const CAN: Abilities = {
  ...{ followUps: 'maybe', thought: 'never', open: true },
  agent: { avoid: /^\s*$/ },
};
export const BARE: Abilities = { ...CAN, system: 'never', said: 'never' };

export const joined = (call: Call): string => call.result!.texts.join('');
export const answered = ({ calls }: Turn): Call[] => calls.filter(({ result }) => result !== null);
export const turnsOf = ({ rounds }: Canonical): Turn[] => rounds.flatMap(({ turns }) => turns);
export const chat = (one: Canonical): JsonObject[] =>
  chatMessages(one, { calls: openaiCalls('text') });
export const oneThought = { thoughts: ({ thoughts }: Turn) => paragraphs(thoughts) };

function paragraphs(texts: string[]): string[] {
  return texts.length > 0 ? [texts.join('\n\n')] : [];
}

/** The user's words and what follows each turn's, in order. */
export function inTurns(
  { rounds }: Canonical,
  user: (text: string) => JsonObject,
  turn: (turn: Turn) => JsonObject[],
): JsonObject[] {
  return rounds.flatMap((round) => [user(round.user.join('')), ...round.turns.flatMap(turn)]);
}

export function row(
  name: string,
  write: RecordDialect['write'],
  more: Partial<Omit<RecordDialect, 'kind' | 'name' | 'write'>> = {},
): RecordDialect {
  return {
    ...{ kind: 'record', name: `arranged: ${name}`, format: 'openai_chat', write },
    ...{ can: CAN, ...more },
  };
}

export const NO_IDS = { messages: { ids: false, names: false } } as const;
