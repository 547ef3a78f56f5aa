import { spanMap, spanText, type Message, type Parsed, type Piece } from '@deepcoder/trajectory';
import { expect } from 'vitest';

/** What holds for every parse of every text. Throws on the first thing that does not. */
export function checkInvariants(text: string, parsed: Parsed): void {
  checkSpans(text, parsed);
  for (const { start, end } of [...parsed.labels, ...parsed.problems]) {
    expect(start).toBeGreaterThanOrEqual(0);
    expect(end).toBeGreaterThanOrEqual(start);
    expect(end).toBeLessThanOrEqual(text.length);
  }
  checkMessages(text, parsed);
}

function checkSpans(text: string, parsed: Parsed): void {
  let end = 0;
  let traj = 0;
  expect(parsed.escapes.length).toBe(parsed.spans.length);
  for (const [i, span] of parsed.spans.entries()) {
    expect(span.start).toBeGreaterThanOrEqual(end);
    expect(span.end).toBeGreaterThan(span.start);
    expect(span.end).toBeLessThanOrEqual(text.length);
    expect(span.traj).toBeGreaterThanOrEqual(0);
    traj = Math.max(traj, span.traj);
    end = span.end;
    const map = spanMap(text, parsed, i);
    expect(map.text).toBe(spanText(text, parsed, i));
    expect(map.text.trim(), 'trimmed').toBe(map.text);
    expect([map.toRaw(0), map.toRaw(map.text.length)]).toEqual([span.start, span.end]);
    const middle = map.text.length >> 1;
    expect(map.toDecoded(map.toRaw(middle))).toBe(middle);
  }
  expect(traj).toBeLessThan(Math.max(1, parsed.trajectories.length));
}

/** Each span stands in at most one message, with its own text. */
function checkMessages(text: string, parsed: Parsed): void {
  const seen = new Set<number>();
  for (const trajectory of parsed.trajectories) {
    expect(trajectory.end).toBeGreaterThanOrEqual(trajectory.start);
    for (const message of trajectory.messages) {
      for (const piece of piecesOf(message)) {
        expect(seen.has(piece.span)).toBe(false);
        seen.add(piece.span);
        expect(piece.text).toBe(spanText(text, parsed, piece.span));
        expect(parsed.spans[piece.span]!.traj).toBe(trajectory.index);
      }
    }
  }
  expect(seen.size).toBe(parsed.spans.length);
}

function piecesOf(message: Message): Piece[] {
  if (message.role !== 'assistant') return message.pieces;
  const calls = message.calls.flatMap((call) => [call.name, call.arguments]);
  return [...message.pieces, ...calls].filter((piece) => piece !== null);
}
