import type { SpanKind } from '@deepcoder/vocabulary';
import type { Call, Canonical, Turn } from './canonical.ts';
import { trimmed } from './contents.ts';
import type { Json, JsonObject } from './json.ts';

/**
 * A span that the specification asks for; `literal`: any JSON text of that value; `members`: that of an object,
 * without its braces.
 */
export interface Wanted {
  step: number;
  kind: SpanKind;
  text: string | { literal: Json } | { members: JsonObject };
}

export type Text = Wanted['text'];

/** Where a dialect's spans differ from the canonical texts. */
export interface SpanRules {
  /** Of a call: its name and its arguments. */
  action?: (call: Call) => Text[];
  result?: (call: Call) => Text[];
  thoughts?: (turn: Turn) => Text[];
  said?: (turn: Turn) => Text[];
  user?: (texts: string[], round: number) => Text[];
  /** All of them, where the dialect numbers steps in its own way. */
  all?: (trajectory: Canonical) => Wanted[];
  /** Further ones. */
  more?: (trajectory: Canonical) => Wanted[];
}

const nameAndText = (call: Call): Text[] => [call.name, call.text];
export const nameAndObject = (call: Call): Text[] => [call.name, { literal: call.args }];

/** The spans of a trajectory by the specification's rules. */
export function wantedSpans(trajectory: Canonical, rules: SpanRules = {}): Wanted[] {
  if (rules.all) return rules.all(trajectory);
  const wanted: Wanted[] = [];
  let step = 0;
  const add = (kind: SpanKind, texts: Text[]): void => {
    for (const text of texts) {
      const cut = typeof text === 'string' ? trimmed(text) : text;
      if (cut !== '') wanted.push({ step, kind, text: cut });
    }
  };
  if (trajectory.system !== null) add('system', [trajectory.system]);
  trajectory.rounds.forEach((round, i) => {
    add('task', rules.user?.(round.user, i) ?? round.user);
    for (const turn of round.turns) {
      step += 1;
      add('reasoning', rules.thoughts?.(turn) ?? turn.thoughts);
      const acts = turn.calls.length > 0;
      add(acts ? 'reasoning' : 'answer', rules.said?.(turn) ?? turn.said);
      for (const call of turn.calls) add('action', (rules.action ?? nameAndText)(call));
      for (const call of turn.calls) {
        if (call.result) add('observation', rules.result?.(call) ?? call.result.texts);
      }
    }
  });
  return [...wanted, ...(rules.more?.(trajectory) ?? [])];
}
