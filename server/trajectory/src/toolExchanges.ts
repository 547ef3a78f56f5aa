import type { AssistantMessage, Parsed, Piece, ToolMessage } from './types.ts';

/** A call and what came back, as indices of spans. */
interface Exchange {
  call: readonly number[];
  result: readonly number[];
}

const known = new WeakMap<Parsed, Exchange[]>();

/** Calls with their results: by id where there are ids, else what follows a turn answers its calls in order. */
export function exchanges(parsed: Parsed): readonly Exchange[] {
  let list = known.get(parsed);
  if (!list) {
    list = parsed.trajectories.flatMap(({ messages }) => {
      const results = messages.filter((one) => one.role === 'tool');
      const byId = new Map(results.map((one) => [one.callId, one]));
      return messages.flatMap((turn, i) => {
        if (turn.role !== 'assistant') return [];
        const answers: ToolMessage[] = [];
        for (let at = i + 1; messages[at]?.role === 'tool'; at += 1) {
          answers.push(messages[at] as ToolMessage);
        }
        return ofTurn(turn, { byId, answers, parsed });
      });
    });
    known.set(parsed, list);
  }
  return list;
}

export function exchangeOf(parsed: Parsed, span: number): Exchange | null {
  const holds = ({ call, result }: Exchange): boolean =>
    call.includes(span) || result.includes(span);
  return exchanges(parsed).find(holds) ?? null;
}

function ofTurn(
  turn: AssistantMessage,
  on: { byId: Map<string | null, ToolMessage>; answers: ToolMessage[]; parsed: Parsed },
): Exchange[] {
  const written = turn.pieces.filter(({ span }) => on.parsed.spans[span]!.kind === 'action');
  const calls = turn.calls.map(({ id, name, arguments: args }) => ({
    id,
    spans: spansOf([name, args]),
  }));
  if (written.length > 0) calls.unshift({ id: null, spans: spansOf(written) });
  const unnamed = on.answers.filter(({ callId }) => callId === null);
  return calls.flatMap(({ id, spans }, i) => {
    const named = id === null ? undefined : on.byId.get(id);
    const inOrder = calls.length === 1 ? unnamed : unnamed.slice(i, i + 1);
    const result = (named ? [named] : inOrder).flatMap((one) => spansOf(one.pieces));
    return spans.length > 0 && result.length > 0 ? [{ call: spans, result }] : [];
  });
}

function spansOf(pieces: readonly (Piece | null)[]): number[] {
  return pieces.flatMap((piece) => (piece ? [piece.span] : []));
}
