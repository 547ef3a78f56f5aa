import type { AssistantMessage, Piece, Trajectory } from '@deepcoder/trajectory';
import type { Policy } from './policy.ts';
import type { PlacedSpan, Rendered, Segment } from './rendered.ts';
import { contextSegment, turnSegments } from './turnSegments.ts';
import type { Span } from '@deepcoder/trajectory';
import { isAgentKind } from '@deepcoder/vocabulary';

/**
 * Thought / Action / Observation text for base models. Every content stands on its own line after its
 * label, and the line break after the last one is what ends a turn; `endOfText` follows where the
 * trajectory ends with the agent.
 */
export function renderReact(
  trajectory: Trajectory,
  spans: readonly Span[],
  { policy, endOfText }: { policy: Policy; endOfText: string },
): Rendered {
  let text = '';
  const segments: Segment[] = [];
  const placed: PlacedSpan[] = [];
  const write = (label: string, { text: content, span }: Piece): PlacedSpan => {
    text += label;
    const start = text.length;
    text += content;
    const place = { start, end: text.length, span };
    placed.push(place);
    return place;
  };
  const last = trajectory.messages.at(-1);
  for (const message of trajectory.messages) {
    if (message.role !== 'assistant') {
      for (const piece of message.pieces) {
        for (const one of contextSegment(write(outerLabel(message.role), piece), policy))
          segments.push(one);
        text += '\n';
      }
      continue;
    }
    const start = text.length;
    const contents: PlacedSpan[] = [];
    for (const [label, piece] of labelledPieces(message, spans)) {
      contents.push(write(contents.length === 0 ? label : `\n${label}`, piece));
    }
    if (contents.length === 0) continue;
    text += message === last ? `\n${endOfText}` : '\n';
    for (const one of turnSegments({ start, end: text.length }, contents, policy))
      segments.push(one);
  }
  return { text, segments, placed, withPrefix: true, step: null };
}

function outerLabel(role: 'system' | 'user' | 'other' | 'tool'): string {
  return role === 'user' ? 'Task: ' : role === 'tool' ? 'Observation: ' : '';
}

function labelledPieces(
  message: AssistantMessage,
  spans: readonly Span[],
): (readonly [string, Piece])[] {
  const isThought = ({ span }: Piece): boolean => spans[span]?.kind === 'reasoning';
  const thoughts = message.pieces.filter(isThought);
  const rest = message.pieces.filter((piece) => !isThought(piece));
  const texts = [...thoughts, ...rest].map((piece) => [labelOf(spans[piece.span]), piece] as const);
  const calls = message.calls.flatMap((call) => [
    ...(call.name === null ? [] : [['Action: ', call.name] as const]),
    ...(call.arguments === null ? [] : [['Action Input: ', call.arguments] as const]),
  ]);
  return [...texts, ...calls];
}

function labelOf(span: Span | undefined): string {
  if (span === undefined || !isAgentKind(span.kind)) return '';
  return { reasoning: 'Thought: ', action: 'Action: ', answer: 'Final Answer: ' }[
    span.kind as 'reasoning' | 'action' | 'answer'
  ];
}
