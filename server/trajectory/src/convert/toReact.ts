import type { SpanKind } from '@deepcoder/vocabulary';
import type { AssistantMessage, Message, Piece } from '../types.ts';
import { argumentsText } from './callArguments.ts';
import {
  reportMasks,
  isTurn,
  joined,
  withoutPictures,
  withoutTools,
  type Conversion,
} from './conversion.ts';

const LABEL_LINE =
  /^[ \t]*(?:(?:Question|Task|Claim|Thought|Action|Act|Action Input|Observation|Obs|Answer|Final Answer|Reflections?|Correct answer|Trial summary|Previous Trial)(?:[ \t]+\d+)?[ \t]*:|-{3,}|#{5,}|={5,})/im;

/**
 * ReAct text: Task, Thought, Action, Observation, numberless. It has one task, no ids, and no way to
 * write a line that looks like a label as content.
 */
export function toReact(conversion: Conversion): string {
  reportMasks(conversion);
  withoutTools(conversion);
  const lines: string[] = [];
  let begun = false;
  if (!conversion.trajectory.messages.some((message) => message.role === 'user')) {
    conversion.lost(
      'no-task',
      'Without a task the text may not be read as ReAct, or as part of the record before.',
      null,
    );
  }
  if (!conversion.trajectory.messages.some(isTurn)) {
    const message = 'Without a turn of the agent the text may not be read as ReAct.';
    conversion.lost('no-turn', message, null);
  }
  for (const message of conversion.trajectory.messages) {
    for (const one of messageLines(conversion, message, begun)) lines.push(one);
    if (message.role === 'user' || isTurn(message)) begun = true;
  }
  return `${lines.join('\n')}\n`;
}

function messageLines(conversion: Conversion, message: Message, begun: boolean): string[] {
  const { lost } = conversion;
  for (const piece of message.pieces) warnOfLabels(conversion, piece);
  withoutPictures(conversion, message);
  if (isTurn(message)) return turnLines(conversion, message);
  const text = joined(message.pieces);
  if (message.pieces.length > 1 && message.role !== 'system') {
    lost('pieces-joined', 'Several texts of one message become one.', message.pieces[0]!);
  }
  const first = conversion.trajectory.index === 0;
  if (message.role === 'system' && !begun && first) return [text, ''];
  if (message.role === 'user' && !begun) return [`Task: ${text}`];
  if (message.role === 'tool' && begun) return [`Observation: ${text}`];
  if (message.role === 'other' && begun) return [`Reflection: ${text}`];
  lost(
    'not-held',
    `ReAct text has no place for a ${message.role} message here; it is left out.`,
    message.pieces[0] ?? null,
  );
  return [];
}

function turnLines(conversion: Conversion, message: AssistantMessage): string[] {
  const { kindOf, lost } = conversion;
  const seen = new Set<SpanKind>();
  const lines = message.pieces.map((piece) => {
    const kind = kindOf(piece);
    if (seen.has(kind))
      lost('not-held', `Several texts of ${kind} become turns of their own.`, piece);
    seen.add(kind);
    if (kind === 'reasoning') return `Thought: ${piece.text}`;
    if (kind === 'answer') return `Final Answer: ${piece.text}`;
    return `Action: ${piece.text}`;
  });
  for (const call of message.calls) {
    const { name } = call;
    if (message.calls.length > 1) {
      lost('not-held', 'Parallel calls lose their ids and become turns of their own.', name);
    }
    const args = argumentsText(call);
    if (call.arguments) warnOfLabels(conversion, { ...call.arguments, text: args });
    lines.push(`Action: ${name?.text ?? ''}`);
    if (args !== '') lines.push(`Action Input: ${args}`);
  }
  return lines;
}

/** What text files are read without. */
const CONTROL = new RegExp(`[${String.fromCharCode(0, 27)}]`);

function warnOfLabels({ lost }: Conversion, piece: Piece): void {
  if (CONTROL.test(piece.text))
    lost('ambiguous-text', 'Zeros and colour codes of this text will be passed over.', piece);
  const at = piece.text.search(LABEL_LINE);
  const first = piece.text.indexOf('\n');
  if (at > 0 && first >= 0 && at > first) {
    lost(
      'ambiguous-text',
      'A line in this text looks like a ReAct label and will be read as one.',
      piece,
    );
  }
}
