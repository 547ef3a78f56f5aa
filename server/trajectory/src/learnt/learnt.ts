import { isAgentKind } from '@deepcoder/vocabulary';
import { MASKED_STEPS, maskedSteps, type MaskedStep } from './maskedSteps.ts';
import type { Parsed, Span, Trajectory } from '../types.ts';

/** Which of the agent's turns are learnt: all of them, the last one, or those that answer. */
export type LearntTurns = 'all' | 'last' | 'answer';

/** What of an agent's turns training leaves out, whatever the weights of their kinds. */
export interface LearntChoice {
  turns: LearntTurns;
  /** The arguments of calls are context, and only the tools' names are learnt. */
  maskArguments: boolean;
  /** Steps of these kinds are context. */
  maskSteps: readonly MaskedStep[];
}

/** Why a span is left out: the file says so, its step is a bad one, its turn is not asked for, it is arguments. */
export type LeftOutReason = 'file' | MaskedStep | 'train_on' | 'arguments';

/** The steps of a trajectory whose turns are learnt. */
export function learntSteps(
  { spans }: Pick<Parsed, 'spans'>,
  { index }: Pick<Trajectory, 'index'>,
  turns: LearntTurns,
): ReadonlySet<number> | 'all' {
  if (turns === 'all') return 'all';
  const all = spansByTrajectory(spans).get(index) ?? [];
  const own = all.map((at) => spans[at]!).filter(({ kind }) => isAgentKind(kind));
  if (turns === 'answer') {
    return new Set(own.filter(({ kind }) => kind === 'answer').map(({ step }) => step));
  }
  return new Set([own.reduce((last, { step }) => Math.max(last, step), 0)]);
}

const grouped = new WeakMap<readonly Span[], Map<number, number[]>>();

/** A file can hold thousands of trajectories, which are asked for one by one. */
function spansByTrajectory(spans: readonly Span[]): ReadonlyMap<number, readonly number[]> {
  let groups = grouped.get(spans);
  if (groups !== undefined) return groups;
  groups = new Map();
  for (const [index, { traj }] of spans.entries()) {
    const own = groups.get(traj);
    if (own === undefined) groups.set(traj, [index]);
    else own.push(index);
  }
  grouped.set(spans, groups);
  return groups;
}

/** Indices of the spans that are arguments of calls. */
function argumentSpans({ messages }: Pick<Trajectory, 'messages'>): number[] {
  return messages.flatMap((message) =>
    message.role === 'assistant'
      ? message.calls.flatMap(({ arguments: given }) => (given === null ? [] : [given.span]))
      : [],
  );
}

/**
 * Spans of a trajectory that are context whatever their kinds weigh, by index, with the reason. Labels and
 * the end of the turn go with what they belong to, but with `arguments` only the content is left out.
 */
export function leftOutOf(
  parsed: Pick<Parsed, 'spans' | 'masked'>,
  trajectory: Trajectory,
  { turns, maskArguments, maskSteps }: LearntChoice,
): Map<number, LeftOutReason> {
  const found = new Map<number, LeftOutReason>();
  const steps = learntSteps(parsed, trajectory, turns);
  const bad = maskSteps.length === 0 ? null : maskedSteps(parsed, trajectory);
  const args = new Set(maskArguments ? argumentSpans(trajectory) : []);
  for (const index of spansByTrajectory(parsed.spans).get(trajectory.index) ?? []) {
    const { kind, step } = parsed.spans[index]!;
    const reason = reasonFor(index, step, isAgentKind(kind));
    if (reason !== null) found.set(index, reason);
  }
  return found;

  function reasonFor(index: number, step: number, isAgents: boolean): LeftOutReason | null {
    if (parsed.masked.has(index)) return 'file';
    if (!isAgents) return null;
    const masked = MASKED_STEPS.find((one) => maskSteps.includes(one) && bad?.get(one)?.has(step));
    if (masked !== undefined) return masked;
    if (steps !== 'all' && !steps.has(step)) return 'train_on';
    return args.has(index) ? 'arguments' : null;
  }
}

/** The same of all trajectories of a file. */
export function leftOutSpans(
  parsed: Pick<Parsed, 'spans' | 'masked' | 'trajectories'>,
  choice: LearntChoice,
): Map<number, LeftOutReason> {
  return new Map(parsed.trajectories.flatMap((one) => [...leftOutOf(parsed, one, choice)]));
}
