import type { SpanKind } from './spanKinds.ts';

/** What a token can be trained as. */
export const TRAINED_KINDS = ['reasoning', 'action', 'observation', 'other'] as const;

export type TrainedKind = (typeof TRAINED_KINDS)[number];

/** By their codes in columns of numbers; `none` is context that no loss ever looks at. */
export const TOKEN_KINDS = ['none', ...TRAINED_KINDS] as const;

/** Codes of the kinds that a token can have. */
export const KIND = { none: 0, reasoning: 1, action: 2, observation: 3, other: 4 } as const;

export type TokenKind = (typeof KIND)[keyof typeof KIND];

/** The kind that training gives to a span; `answerAs` is the config's `data.answer_as`. */
export function trainedAs(kind: SpanKind, answerAs: TrainedKind): TrainedKind {
  if (kind === 'reasoning' || kind === 'action' || kind === 'observation') return kind;
  return kind === 'answer' ? answerAs : 'other';
}
