import {
  learntSteps,
  leftOutOf,
  type Parsed,
  type Reason,
  type Trajectory,
} from '@deepcoder/trajectory';
import { isAgentKind, KIND, trainedAs, type TokenKind } from '@deepcoder/vocabulary';
import type { DataSettings } from '../types.ts';

/** Which kind the content of each span gets, and so what is supervised. */
export interface Policy {
  /** TokenKind of a span's content, by index into `Parsed.spans`. */
  kindOf(span: number): TokenKind;
  /** TokenKind of what ends the turn after this span: also learnt where arguments are masked. */
  endKindOf(span: number): TokenKind;
  /** Why the content has this kind: `content`, or what leaves it out. */
  reasonOf(span: number): Reason;
  /** Whether something of this turn is learnt. */
  isSupervised(step: number): boolean;
}

export type PolicySettings = Pick<DataSettings, 'trainOn' | 'answerAs' | 'maskToolArguments'> & {
  maskSteps: readonly DataSettings['maskSteps'][number][];
};

export function policyFor(
  parsed: Pick<Parsed, 'spans' | 'masked'>,
  trajectory: Trajectory,
  { trainOn, answerAs, maskToolArguments, maskSteps }: PolicySettings,
): Policy {
  const choice = { turns: trainOn, maskArguments: maskToolArguments, maskSteps };
  const leftOut = leftOutOf(parsed, trajectory, choice);
  const steps = learntSteps(parsed, trajectory, trainOn);
  const maskedSteps = stepsLeftOut(parsed, trajectory, (span) => isWholly(leftOut.get(span)));
  const kindAs = (span: number): TokenKind => KIND[trainedAs(parsed.spans[span]!.kind, answerAs)];
  return {
    endKindOf: (span) => (isWholly(leftOut.get(span)) ? KIND.none : kindAs(span)),
    kindOf: (span) => (leftOut.has(span) ? KIND.none : kindAs(span)),
    reasonOf: (span) => leftOut.get(span) ?? 'content',
    isSupervised: (step) => (steps === 'all' || steps.has(step)) && !maskedSteps.has(step),
  };
}

/** Not only its content, as with masked arguments. */
function isWholly(reason: Reason | undefined): boolean {
  return reason !== undefined && reason !== 'arguments';
}

/** Turns that have contents, none of which is learnt. */
function stepsLeftOut(
  { spans }: Pick<Parsed, 'spans'>,
  { messages }: Trajectory,
  isLeftOut: (span: number) => boolean,
): Set<number> {
  const leftOut = new Set<number>();
  const learnt = new Set<number>();
  for (const message of messages) {
    if (message.role !== 'assistant') continue;
    const calls = message.calls.flatMap((call) => [call.name, call.arguments]);
    for (const piece of [...message.pieces, ...calls]) {
      if (piece === null || !isAgentKind(spans[piece.span]!.kind)) continue;
      (isLeftOut(piece.span) ? leftOut : learnt).add(message.step);
    }
  }
  return new Set([...leftOut].filter((step) => !learnt.has(step)));
}
