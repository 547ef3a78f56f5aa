import type { Parsed, SpanKind, Trajectory } from './types.ts';

/** Which of the agent's turns are learnt: all of them, the last one, or those that answer. */
export type LearntTurns = 'all' | 'last' | 'answer';

/** What of an agent's turns training leaves out, whatever the weights of their kinds. */
export interface LearntChoice {
  turns: LearntTurns;
  /** The arguments of calls are context, and only the tools' names are learnt. */
  maskArguments: boolean;
}

const AGENTS: ReadonlySet<SpanKind> = new Set(['reasoning', 'action', 'answer']);

/** The steps of a trajectory whose turns are learnt. */
export function learntSteps(
  { spans }: Pick<Parsed, 'spans'>,
  { index }: Pick<Trajectory, 'index'>,
  turns: LearntTurns,
): ReadonlySet<number> | 'all' {
  if (turns === 'all') return 'all';
  const own = spans.filter(({ traj, kind }) => traj === index && AGENTS.has(kind));
  if (turns === 'answer') {
    return new Set(own.filter(({ kind }) => kind === 'answer').map(({ step }) => step));
  }
  return new Set([own.reduce((last, { step }) => Math.max(last, step), 0)]);
}

/** Indices of the spans that are arguments of calls. */
export function argumentSpans({ messages }: Pick<Trajectory, 'messages'>): Set<number> {
  const spans = new Set<number>();
  for (const message of messages) {
    if (message.role !== 'assistant') continue;
    for (const call of message.calls) if (call.arguments !== null) spans.add(call.arguments.span);
  }
  return spans;
}

/**
 * Indices of the agent's spans that are not learnt. `turn`: their whole turn is left out, labels too;
 * `content`: only what they say, as with masked arguments.
 */
export function leftOutSpans(
  { spans, trajectories }: Pick<Parsed, 'spans' | 'trajectories'>,
  { turns, maskArguments }: LearntChoice,
): Map<number, 'turn' | 'content'> {
  const found = new Map<number, 'turn' | 'content'>();
  if (maskArguments) {
    for (const one of trajectories)
      for (const span of argumentSpans(one)) found.set(span, 'content');
  }
  if (turns === 'all') return found;
  const byTrajectory = new Map<number, number[]>();
  for (const [index, { traj, kind }] of spans.entries()) {
    if (!AGENTS.has(kind)) continue;
    const own = byTrajectory.get(traj);
    if (own === undefined) byTrajectory.set(traj, [index]);
    else own.push(index);
  }
  for (const [index, own] of byTrajectory) {
    const steps = learntSteps({ spans: own.map((span) => spans[span]!) }, { index }, turns);
    for (const span of own) {
      if (steps !== 'all' && !steps.has(spans[span]!.step)) found.set(span, 'turn');
    }
  }
  return found;
}
