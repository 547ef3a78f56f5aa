import type { AssistantMessage, Call, Piece, Span, Trajectory } from '@deepcoder/trajectory';
import type { ChatMessage } from './chatTemplate.ts';
import { argumentsValue, mapArguments } from './argumentsValue.ts';
import type { TemplateTraits } from './templateTraits.ts';

/** A content that must show in the rendered text. */
export interface ChatPiece {
  text: string;
  /** Index into `Parsed.spans`. */
  span: number;
  role: 'text' | 'name' | 'arguments';
  /** Arguments that go to the template as a value, with all names and texts in it. */
  value: Record<string, unknown> | null;
}

/** A message before it is known how its contents are written: plain, or with marks around them. */
export interface PlannedMessage {
  /** The turn, for the agent's messages. */
  step: number | null;
  /** In the order in which they are generated. */
  pieces: ChatPiece[];
  write: (show: Show) => ChatMessage;
}

/** The messages as the model sees them. */
export function plainMessages(plan: readonly PlannedMessage[]): ChatMessage[] {
  return plan.map(({ write }) => write((_, text) => text));
}

/** Gives a content's text as it goes into the messages. */
type Show = (piece: ChatPiece, text: string) => string;

/** The messages of a trajectory, in the form that the template can show. */
export function planMessages(
  trajectory: Trajectory,
  spans: readonly Span[],
  traits: TemplateTraits,
): PlannedMessage[] {
  const calls = callRegister();
  const plan = trajectory.messages.flatMap((message): PlannedMessage[] => {
    if (message.role === 'assistant') return planTurn(message, spans, { traits, calls });
    const pieces = message.pieces.flatMap(textPiece);
    const answered = message.role === 'tool' ? calls.answered(message.callId) : null;
    if (pieces.length === 0) return [];
    if (message.role !== 'tool' || !traits.tool) {
      const role = message.role === 'system' ? 'system' : 'user';
      return [{ step: null, pieces, write: (show) => ({ role, content: joined(pieces, show) }) }];
    }
    const rest = {
      tool_call_id: answered?.id ?? callId(1),
      name: message.name ?? answered?.name ?? 'tool',
    };
    const write = (show: Show): ChatMessage => ({
      role: 'tool',
      content: joined(pieces, show),
      ...rest,
    });
    return [{ step: null, pieces, write }];
  });
  return traits.system ? plan : systemIntoUser(plan);
}

interface KnownCall {
  id: string;
  name: string | null;
}

interface CallRegister {
  add(call: Call): KnownCall;
  /** The call that a result answers: by its id, else the first that has no answer yet. */
  answered(original: string | null): KnownCall | null;
}

/** Gives calls ids of one form: nine letters and digits, which some templates insist on. */
function callRegister(): CallRegister {
  const byOriginal = new Map<string, KnownCall>();
  const waiting: KnownCall[] = [];
  let count = 0;
  return {
    add({ id, name }) {
      const known = { id: callId(++count), name: name?.text ?? null };
      if (id !== null) byOriginal.set(id, known);
      waiting.push(known);
      return known;
    },
    answered(original) {
      const named = original === null ? undefined : byOriginal.get(original);
      const found = named ?? waiting[0] ?? null;
      if (found !== null && waiting.includes(found)) waiting.splice(waiting.indexOf(found), 1);
      return found;
    },
  };
}

function callId(n: number): string {
  return `call${String(n).padStart(5, '0')}`;
}

/** Edges are trimmed as templates trim them, or the marks around them would hide them from that. */
function textPiece({ text, span }: Piece): ChatPiece[] {
  const trimmed = text.trim();
  return trimmed === '' ? [] : [{ text: trimmed, span, role: 'text', value: null }];
}

function joined(pieces: readonly ChatPiece[], show: Show): string {
  return pieces.map((piece) => show(piece, piece.text)).join('\n\n');
}

interface TurnContext {
  traits: TemplateTraits;
  calls: CallRegister;
}

function planTurn(
  message: AssistantMessage,
  spans: readonly Span[],
  { traits, calls: register }: TurnContext,
): PlannedMessage[] {
  const texts = message.pieces.flatMap(textPiece);
  const isReasoning = ({ span }: ChatPiece): boolean => spans[span]?.kind === 'reasoning';
  const reasoning = texts.filter(isReasoning);
  const content = texts.filter((piece) => !isReasoning(piece));
  const calls = message.calls.map((call) => {
    const name: ChatPiece[] = call.name === null ? [] : textPiece(call.name);
    return {
      id: register.add(call).id,
      name: name.map((piece) => ({ ...piece, role: 'name' as const }))[0] ?? null,
      arguments: call.arguments === null ? null : argumentsPiece(call.arguments, traits),
    };
  });
  const pieces = [
    ...reasoning,
    ...content,
    ...calls.flatMap((call) => [call.name, call.arguments].filter((piece) => piece !== null)),
  ];
  if (pieces.length === 0) return [];
  const write = (show: Show): ChatMessage => {
    const thought = joined(reasoning, show);
    const texts = [joined(content, show)];
    if (traits.reasoning === 'inline' && thought !== '') {
      texts.unshift(`<think>\n${thought}\n</think>\n`);
    }
    if (traits.calls === 'inline') texts.push(...calls.map((call) => inlineCall(call, show)));
    return {
      role: 'assistant',
      content: texts.filter((text) => text !== '').join('\n'),
      ...(traits.reasoning !== 'inline' && thought !== '' ? { [traits.reasoning]: thought } : {}),
      ...(traits.calls !== 'inline' && calls.length > 0
        ? { tool_calls: calls.map((call) => toolCall(call, show)) }
        : {}),
    };
  };
  return [{ step: message.step, pieces, write }];
}

interface PlannedCall {
  id: string;
  name: ChatPiece | null;
  arguments: ChatPiece | null;
}

function argumentsPiece({ text, span }: Piece, traits: TemplateTraits): ChatPiece {
  const value = traits.calls === 'object' ? argumentsValue(text) : null;
  return { text: text.trim(), span, role: 'arguments', value };
}

function toolCall(
  { id, name, arguments: args }: PlannedCall,
  show: Show,
): NonNullable<ChatMessage['tool_calls']>[number] {
  const value =
    args === null
      ? {}
      : args.value === null
        ? show(args, args.text)
        : mapArguments(args.value, (text) => show(args, text));
  const shownName = name === null ? '' : show(name, name.text);
  return { id, type: 'function', function: { name: shownName, arguments: value } };
}

/** For templates without `tool_calls`: the tags that Hermes and Qwen models were trained on. */
function inlineCall({ name, arguments: args }: PlannedCall, show: Show): string {
  const shownName = name === null ? '' : show(name, name.text);
  const shownArguments = args === null ? '{}' : inlineArguments(args, show);
  return `<tool_call>\n{"name": "${shownName}", "arguments": ${shownArguments}}\n</tool_call>`;
}

/** As they stand, or as a JSON string where they are no JSON. */
function inlineArguments(args: ChatPiece, show: Show): string {
  const shown = show(args, args.text);
  return argumentsValue(args.text) === null ? JSON.stringify(shown) : shown;
}

/** Where the template knows no system role, its text goes before the first user message. */
function systemIntoUser(plan: PlannedMessage[]): PlannedMessage[] {
  const isUser = ({ write }: PlannedMessage): boolean => write((_, text) => text).role === 'user';
  const result: PlannedMessage[] = [];
  let waiting: PlannedMessage[] = [];
  for (const message of plan) {
    if (message.write((_, text) => text).role === 'system') {
      waiting.push(message);
    } else if (waiting.length > 0 && isUser(message)) {
      result.push(mergeMessages([...waiting, message]));
      waiting = [];
    } else {
      result.push(message);
    }
  }
  return waiting.length > 0 ? [mergeMessages(waiting), ...result] : result;
}

/** Several messages as one of the user's, for templates that want user and assistant by turns. */
export function mergeUsers(plan: readonly PlannedMessage[]): PlannedMessage[] {
  const result: PlannedMessage[] = [];
  for (const message of plan) {
    const last = result.at(-1);
    const isUser = message.write((_, text) => text).role === 'user';
    if (last !== undefined && isUser && last.write((_, text) => text).role === 'user') {
      result[result.length - 1] = mergeMessages([last, message]);
    } else {
      result.push(message);
    }
  }
  return result;
}

function mergeMessages(messages: PlannedMessage[]): PlannedMessage {
  return {
    step: null,
    pieces: messages.flatMap(({ pieces }) => pieces),
    write: (show) => ({
      role: 'user',
      content: messages.map(({ write }) => write(show).content).join('\n\n'),
    }),
  };
}
