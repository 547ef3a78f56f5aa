import type {
  AssistantMessage,
  OuterMessage,
  Piece,
  Span,
  ToolMessage,
  Trajectory,
} from '@deepcoder/trajectory';
import type { ChatForm } from './chatForms.ts';
import type { ChatMessage } from './chatMessage.ts';
import { withMarks } from './pictureMarks.ts';
import {
  callId,
  callRegister,
  inlineCall,
  plannedCall,
  toolCall,
  type CallRegister,
} from './planCalls.ts';
import { tagged } from './thinkTags.ts';
import type { ChatPiece, PlannedMessage, Show } from './plannedMessage.ts';

/** The messages as the model sees them. */
export function plainMessages(plan: readonly PlannedMessage[]): ChatMessage[] {
  return plan.map(({ write }) => write((_, text) => text));
}

interface PlanContext {
  spans: readonly Span[];
  form: ChatForm;
  /** Pictures that the student is shown. */
  shown: ReadonlySet<number>;
  calls: CallRegister;
}

/**
 * The messages of a trajectory in one form, each turn a message also where nothing is said in it: a result may
 * be empty or a picture, and without it the turns beside it would run together. Only what is neither the
 * agent's, the user's nor the environment's is left out where it says nothing.
 */
export function planMessages(
  trajectory: Trajectory,
  spans: readonly Span[],
  { form, shown }: { form: ChatForm; shown: ReadonlySet<number> },
): PlannedMessage[] {
  const context: PlanContext = { spans, form, shown, calls: callRegister() };
  const plan = trajectory.messages.flatMap((message): PlannedMessage[] => {
    if (message.role === 'assistant') return [planTurn(message, context)];
    if (message.role === 'tool') return [planResult(message, context)];
    return planOuter(message, context);
  });
  return form.system ? plan : systemIntoUser(plan);
}

function planOuter(message: OuterMessage, context: PlanContext): PlannedMessage[] {
  const { pieces, content, isEmpty } = contents(message, context);
  if (message.role === 'other' && isEmpty) return [];
  const role = message.role === 'system' ? 'system' : 'user';
  return [outerMessage(pieces, (show) => ({ role, content: content(show) }))];
}

/** What a message that is not the agent's says and shows. */
function contents(
  message: OuterMessage | ToolMessage,
  { shown }: PlanContext,
): { pieces: ChatPiece[]; content: (show: Show) => string; isEmpty: boolean } {
  const each = message.pieces.map((piece) => textPiece(piece)[0] ?? null);
  const pieces = each.filter((piece) => piece !== null);
  const pictures = (message.pictures ?? []).filter(({ picture }) => shown.has(picture));
  const content = (show: Show): string =>
    withMarks(
      each.map((piece) => piece && show(piece, piece.text)),
      pictures,
    );
  return { pieces, content, isEmpty: pieces.length === 0 && pictures.length === 0 };
}

function planResult(message: ToolMessage, context: PlanContext): PlannedMessage {
  const { form, calls } = context;
  const { pieces, content } = contents(message, context);
  const answered = calls.answered(message.callId);
  if (!form.tool) {
    return outerMessage(pieces, (show) => ({ role: 'user', content: content(show) }));
  }
  const name = message.name ?? answered?.name ?? 'tool';
  const id = callId(answered?.number ?? 0, answered?.name ?? name, form.calls);
  const rest = { tool_call_id: id, name };
  const write = (show: Show): ChatMessage => ({
    role: 'tool',
    content: content(show),
    ...rest,
  });
  return outerMessage(pieces, write);
}

function outerMessage(pieces: ChatPiece[], write: PlannedMessage['write']): PlannedMessage {
  return { step: null, pieces, apart: [], calls: false, write, bare: null };
}

/** Edges are trimmed as templates trim them, or the marks around them would hide them from that. */
function textPiece({ text, span }: Piece): ChatPiece[] {
  const trimmed = text.trim();
  return trimmed === '' ? [] : [{ text: trimmed, span, role: 'text', value: null }];
}

function joined(pieces: readonly ChatPiece[], show: Show): string {
  return pieces.map((piece) => show(piece, piece.text)).join('\n\n');
}

function planTurn(message: AssistantMessage, context: PlanContext): PlannedMessage {
  const { spans, form, calls: register } = context;
  const texts = message.pieces.flatMap(textPiece);
  const isReasoning = ({ span }: ChatPiece): boolean => spans[span]?.kind === 'reasoning';
  const calls = message.calls.map((call) => plannedCall(call, register.add(call), form.calls));
  const turn = {
    step: message.step,
    content: texts.filter((piece) => !isReasoning(piece)),
    calls,
  };
  const reasoning = texts.filter(isReasoning);
  const bare = writtenTurn({ ...turn, reasoning: [] }, form, null);
  return reasoning.length === 0 ? bare : writtenTurn({ ...turn, reasoning }, form, bare);
}

interface Turn {
  step: number;
  reasoning: ChatPiece[];
  content: ChatPiece[];
  calls: ReturnType<typeof plannedCall>[];
}

function writtenTurn(turn: Turn, form: ChatForm, bare: PlannedMessage | null): PlannedMessage {
  const { step, reasoning, content, calls } = turn;
  const native = calls.length > 0 ? form.calls : null;
  const style = native === null ? form.thought.answer : form.thought.call;
  const isApart = style === 'apart';
  const write = (show: Show): ChatMessage => {
    const thought = isApart ? '' : joined(reasoning, show);
    const inline = native === null ? calls.map((call) => inlineCall(call, show)) : [];
    const said = [joined(content, show), ...inline].filter((text) => text !== '').join('\n');
    const inTags = style === 'inline' && thought !== '' ? tagged(form.thinkTags, thought) : '';
    const gap = inTags !== '' && said !== '' && form.thinkTags.lines ? '\n' : '';
    const whole = `${inTags}${gap}${said}`;
    return {
      role: 'assistant',
      content: whole === '' && native !== null ? native.blank : whole,
      ...(style !== 'inline' && style !== 'apart' && thought !== '' ? { [style]: thought } : {}),
      ...(native !== null ? { tool_calls: calls.map((call) => toolCall(call, show, native)) } : {}),
    };
  };
  const said = [
    ...content,
    ...calls.flatMap((call) => [call.name, call.arguments].filter((piece) => piece !== null)),
  ];
  const pieces = isApart ? said : [...reasoning, ...said];
  return { step, pieces, apart: isApart ? reasoning : [], calls: native !== null, write, bare };
}

/** Where the template knows no system role, its text goes before the first user message. */
function systemIntoUser(plan: PlannedMessage[]): PlannedMessage[] {
  const result: PlannedMessage[] = [];
  let waiting: PlannedMessage[] = [];
  for (const message of plan) {
    if (roleOf(message) === 'system') {
      waiting.push(message);
    } else if (waiting.length > 0 && roleOf(message) === 'user') {
      result.push(mergeMessages([...waiting, message]));
      waiting = [];
    } else {
      result.push(message);
    }
  }
  return waiting.length > 0 ? [mergeMessages(waiting), ...result] : result;
}

function roleOf({ write }: PlannedMessage): string {
  return write((_, text) => text).role;
}

/** Several messages as one of the user's, for templates that want user and assistant by turns. */
export function mergeUsers(plan: readonly PlannedMessage[]): PlannedMessage[] {
  const result: PlannedMessage[] = [];
  for (const message of plan) {
    const last = result.at(-1);
    if (last !== undefined && roleOf(message) === 'user' && roleOf(last) === 'user') {
      result[result.length - 1] = mergeMessages([last, message]);
    } else {
      result.push(message);
    }
  }
  return result;
}

function mergeMessages(messages: PlannedMessage[]): PlannedMessage {
  return outerMessage(
    messages.flatMap(({ pieces }) => pieces),
    (show) => ({
      role: 'user',
      content: messages
        .map(({ write }) => write(show).content ?? '')
        .filter((text) => text !== '')
        .join('\n\n'),
    }),
  );
}
