import { argumentSpans, learntSteps, type Parsed, type Trajectory } from '@deepcoder/trajectory';
import { isAgentKind, KIND, kindOfSpan, type Kind } from '../kinds.ts';
import type { DataSettings } from '../types.ts';

/** Which kind the content of each span gets, and so what is supervised. */
export interface Policy {
  /** Kind of a span's content, by index into `Parsed.spans`. */
  kindOf(span: number): Kind;
  /** Kind of what ends the turn after this span: also learnt where arguments are masked. */
  endKindOf(span: number): Kind;
  /** Whether this turn is learnt. */
  isSupervised(step: number): boolean;
}

export type PolicySettings = Pick<DataSettings, 'trainOn' | 'answerAs' | 'maskToolArguments'>;

export function policyFor(
  parsed: Pick<Parsed, 'spans'>,
  trajectory: Trajectory,
  { trainOn, answerAs, maskToolArguments }: PolicySettings,
): Policy {
  const steps = learntSteps(parsed, trajectory, trainOn);
  const masked = maskToolArguments ? argumentSpans(trajectory) : new Set<number>();
  const endKindOf = (index: number): Kind => {
    const { kind, step } = parsed.spans[index]!;
    if (isAgentKind(kind) && steps !== 'all' && !steps.has(step)) return KIND.none;
    return kindOfSpan(kind, answerAs);
  };
  return {
    endKindOf,
    kindOf: (index) => (masked.has(index) ? KIND.none : endKindOf(index)),
    isSupervised: (step) => steps === 'all' || steps.has(step),
  };
}
