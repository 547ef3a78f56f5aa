import type { SpanKind } from '@deepcoder/trajectory';

/** Codes of the kinds that a token can have; `none` is context that no loss ever looks at. */
export const KIND = { none: 0, reasoning: 1, action: 2, observation: 3, other: 4 } as const;

export type KindName = Exclude<keyof typeof KIND, 'none'>;
export type Kind = (typeof KIND)[keyof typeof KIND];

export const KIND_NAMES = ['none', 'reasoning', 'action', 'observation', 'other'] as const;

/** The kind that training gives to a span. */
export function kindOfSpan(kind: SpanKind, answerAs: KindName): Kind {
  if (kind === 'reasoning' || kind === 'action' || kind === 'observation') return KIND[kind];
  return kind === 'answer' ? KIND[answerAs] : KIND.other;
}

/** Spans that the agent wrote. */
export function isAgentKind(kind: SpanKind): boolean {
  return kind === 'reasoning' || kind === 'action' || kind === 'answer';
}
