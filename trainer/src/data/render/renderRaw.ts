import type { Span, Trajectory } from '@deepcoder/trajectory';
import { isAgentKind } from '@deepcoder/vocabulary';
import type { Policy } from './policy.ts';
import { closingEnd, endsTurn, openingStart, type RawInput } from './rawTurns.ts';
import type { PlacedSpan, Rendered, Segment } from './rendered.ts';
import { contextSegment, turnSegments } from './turnSegments.ts';

/**
 * A trajectory of a text file as it stands. `endOfText` follows where it ends with the agent.
 */
export function renderRaw(
  trajectory: Trajectory,
  file: RawInput,
  { policy, endOfText }: { policy: Policy; endOfText: string },
): Rendered {
  const own = file.spans.flatMap((span, index) =>
    span.traj === trajectory.index ? [{ ...span, span: index }] : [],
  );
  const segments: Segment[] = [];
  let before = trajectory.start;
  let end = trajectory.end;
  let ending = '';
  for (let at = 0; at < own.length;) {
    const first = own[at]!;
    if (!isAgentKind(first.kind)) {
      for (const one of contextSegment(first, policy)) segments.push(one);
      before = first.end;
      end = first.end;
      at++;
      continue;
    }
    const run = runFrom(own, at);
    at += run.length;
    const after = own[at]?.start ?? trajectory.end;
    const turn = {
      start: openingStart(file, { start: before, end: first.start }),
      end: closingEnd(file, { start: run.at(-1)!.end, end: after, isLast: at === own.length }),
    };
    if (at === own.length) {
      end = turn.end;
      ending = endsTurn(file.text.slice(before, end)) ? '' : endOfText;
    }
    for (const one of turnSegments(
      { ...turn, end: turn.end + (at === own.length ? ending.length : 0) },
      run,
      policy,
    ))
      segments.push(one);
    before = turn.end;
  }
  const shift = trajectory.start;
  return {
    text: file.text.slice(shift, end) + ending,
    segments: segments.map((s) => ({ ...s, start: s.start - shift, end: s.end - shift })),
    placed: own
      .filter((one) => one.end <= end)
      .map(({ span, start, end: to }) => ({ span, start: start - shift, end: to - shift })),
    withPrefix: true,
    step: null,
  };
}

type OwnSpan = Span & PlacedSpan;

/** Spans of one turn that follow each other. */
function runFrom(own: readonly OwnSpan[], from: number): OwnSpan[] {
  const { step } = own[from]!;
  let to = from;
  while (to < own.length && own[to]!.step === step && isAgentKind(own[to]!.kind)) to++;
  return own.slice(from, to);
}
