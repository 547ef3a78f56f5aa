import type { AssistantMessage, Call, Parsed, Piece, ToolMessage, Trajectory } from '../types.ts';
import { isRejectedAction, saysFailure } from './resultMarks.ts';

/**
 * Steps that a student is better off not to learn: a call that failed, an action that the environment does
 * not know, and what was done before and gave the same.
 */
export const MASKED_STEPS = ['tool_error', 'invalid_action', 'repeated'] as const;
export type MaskedStep = (typeof MASKED_STEPS)[number];

type Spans = Pick<Parsed, 'spans'>;

/** What an agent did, and what came back; `results` is empty where nothing did. */
interface Exchange {
  step: number;
  /** The tool's name, blank if the call has none; null for an action that is not a call. */
  tool: string | null;
  action: string;
  results: readonly ToolMessage[];
}

/** The bad steps of a trajectory, by kind. A step is one turn with all its calls. */
export function maskedSteps(
  parsed: Spans,
  { messages }: Trajectory,
): ReadonlyMap<MaskedStep, ReadonlySet<number>> {
  const exchanges = exchangesOf(parsed, messages);
  const failed = failureIn(messages);
  const rejected = ({ pieces }: ToolMessage): boolean => isRejectedAction(textOf(pieces));
  const stepsWhere = (is: (result: ToolMessage) => boolean): Set<number> =>
    new Set(exchanges.filter(({ results }) => results.some(is)).map(({ step }) => step));
  return new Map<MaskedStep, ReadonlySet<number>>([
    ['tool_error', stepsWhere(failed)],
    ['invalid_action', stepsWhere(rejected)],
    ['repeated', repeatedSteps(exchanges)],
  ]);
}

/** Whether a result is a failure: by the flags of the trajectory if it has any, else by its text. */
function failureIn(messages: Trajectory['messages']): (result: ToolMessage) => boolean {
  const hasFlags = messages.some((message) => message.role === 'tool' && message.isError);
  return ({ isError, pieces }) => (hasFlags ? isError : saysFailure(textOf(pieces)));
}

/** Each call of a trajectory: its tool, and whether it failed or was rejected. */
export function callOutcomes(
  parsed: Spans,
  { messages }: Trajectory,
): { tool: string; isFailed: boolean }[] {
  const failed = failureIn(messages);
  return exchangesOf(parsed, messages).flatMap(({ tool, results }) => {
    if (tool === null) return [];
    const isFailed = results.some((one) => failed(one) || isRejectedAction(textOf(one.pieces)));
    return [{ tool, isFailed }];
  });
}

/** Steps all of whose calls were made in an earlier step, with the same arguments and the same result. */
function repeatedSteps(exchanges: readonly Exchange[]): Set<number> {
  const byStep = new Map<number, string[]>();
  const open = new Set<number>();
  for (const { step, action, results } of exchanges) {
    if (results.length === 0) open.add(step);
    const observed = results.map(({ pieces }) => textOf(pieces));
    const key = JSON.stringify([action, ...observed]);
    byStep.set(step, [...(byStep.get(step) ?? []), key]);
  }
  const seen = new Set<string>();
  const repeated = new Set<number>();
  for (const [step, keys] of byStep) {
    if (!open.has(step) && keys.every((key) => seen.has(key))) repeated.add(step);
    for (const key of keys) seen.add(key);
  }
  return repeated;
}

function exchangesOf(parsed: Spans, messages: Trajectory['messages']): Exchange[] {
  const byId = new Map<string, ToolMessage[]>();
  for (const message of messages) {
    if (message.role !== 'tool' || message.callId === null) continue;
    const own = byId.get(message.callId);
    if (own === undefined) byId.set(message.callId, [message]);
    else own.push(message);
  }
  return messages.flatMap((turn, at) =>
    turn.role === 'assistant'
      ? ofTurn(turn, { parsed, byId, after: resultsAfter(messages, at) })
      : [],
  );
}

/** What came back right after a turn, without what names a call by its id. */
function resultsAfter(messages: Trajectory['messages'], turn: number): ToolMessage[] {
  const results: ToolMessage[] = [];
  for (let at = turn + 1; at < messages.length; at += 1) {
    const message = messages[at]!;
    if (message.role === 'assistant') break;
    if (message.role === 'tool') results.push(message);
  }
  return results;
}

function ofTurn(
  { step, pieces, calls }: AssistantMessage,
  on: { parsed: Spans; byId: ReadonlyMap<string, ToolMessage[]>; after: readonly ToolMessage[] },
): Exchange[] {
  const written = pieces.filter(({ span }) => on.parsed.spans[span]?.kind === 'action');
  const actions: { id: string | null; tool: string | null; action: string }[] = [
    ...(written.length === 0 ? [] : [{ id: null, tool: null, action: textOf(written) }]),
    ...calls.map((call) => ({
      ...{ id: call.id, tool: call.name?.text ?? '', action: actionOf(call) },
    })),
  ];
  const isNamed = ({ callId }: ToolMessage): boolean =>
    callId !== null && calls.some(({ id }) => id === callId);
  const unnamed = on.after.filter((result) => !isNamed(result));
  return actions.map(({ id, tool, action }, i) => {
    const named = id === null ? undefined : on.byId.get(id);
    const inOrder = actions.length === 1 ? unnamed : unnamed.slice(i, i + 1);
    return { step, tool, action, results: named ?? inOrder };
  });
}

function actionOf({ name, arguments: given }: Call): string {
  return JSON.stringify([name?.text ?? '', sameSpacing(given?.text ?? '')]);
}

/** JSON without the white space between its tokens, anything else as it is. */
function sameSpacing(text: string): string {
  if (!/^\s*[[{]/.test(text)) return text.trim();
  return text.replace(/"(?:[^"\\]|\\[^])*"?|\s+/g, (token) => (token.startsWith('"') ? token : ''));
}

function textOf(pieces: readonly Piece[]): string {
  return pieces.map(({ text }) => text).join('\n');
}
