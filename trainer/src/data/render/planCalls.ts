import { argumentsText, type Call } from '@deepcoder/trajectory';
import { argumentsValue, mapArguments } from './argumentsValue.ts';
import type { ChatMessage } from './chatMessage.ts';
import type { ChatPiece, Show } from './plannedMessage.ts';
import type { CallStyle } from './templateTraits.ts';

export interface PlannedCall {
  number: number;
  name: ChatPiece | null;
  arguments: ChatPiece | null;
}

interface KnownCall {
  number: number;
  name: string | null;
}

export interface CallRegister {
  /** Its number among the trajectory's calls. */
  add: (call: Call) => number;
  /** The call that a result answers: by its id, else the first that has no answer yet. */
  answered: (original: string | null) => KnownCall | null;
}

/** Numbers the calls, since ids of files have forms that templates refuse. */
export function callRegister(): CallRegister {
  const byOriginal = new Map<string, KnownCall>();
  const waiting = new Set<KnownCall>();
  let count = 0;
  return {
    add({ id, name }) {
      const known = { number: count++, name: name?.text ?? null };
      if (id !== null) byOriginal.set(id, known);
      waiting.add(known);
      return known.number;
    },
    answered(original) {
      const named = original === null ? undefined : byOriginal.get(original);
      const [first] = waiting;
      const found = named ?? first ?? null;
      if (found !== null) waiting.delete(found);
      return found;
    },
  };
}

/** Nine letters and digits, on which some templates insist; or what Kimi's shows in the place of a name. */
export function callId(number: number, name: string, style: CallStyle | null): string {
  if (style?.ids === 'functions') return `functions.${name}:${number}`;
  return `call${String(number + 1).padStart(5, '0')}`;
}

export function plannedCall(call: Call, number: number, style: CallStyle | null): PlannedCall {
  const name = call.name?.text.trim() ?? '';
  return {
    number,
    name:
      call.name === null || name === ''
        ? null
        : { text: name, span: call.name.span, role: 'name', value: null },
    arguments: argumentsPiece(call, style),
  };
}

function argumentsPiece(call: Call, style: CallStyle | null): ChatPiece | null {
  if (call.arguments === null) return null;
  const text = argumentsText(call);
  const value = style?.arguments === 'object' ? argumentsValue(text) : null;
  return { text, span: call.arguments.span, role: 'arguments', value };
}

export function toolCall(
  { number, name, arguments: args }: PlannedCall,
  show: Show,
  style: CallStyle,
): NonNullable<ChatMessage['tool_calls']>[number] {
  const shownName = name === null ? '' : show(name, name.text);
  const given = args === null ? noArguments(style) : shownArguments(args, show);
  return {
    id: callId(number, shownName, style),
    type: 'function',
    function: { name: shownName, arguments: given },
  };
}

function noArguments(style: CallStyle): unknown {
  return style.arguments === 'object' ? {} : '{}';
}

function shownArguments(args: ChatPiece, show: Show): unknown {
  if (args.value === null) return show(args, args.text);
  return mapArguments(args.value, (text) => show(args, text));
}

/** For templates without `tool_calls`: the tags that Hermes and Qwen models were trained on. */
export function inlineCall({ name, arguments: args }: PlannedCall, show: Show): string {
  const shownName = name === null ? '' : show(name, name.text);
  const shownArgs = args === null ? '{}' : inlineArguments(args, show);
  return `<tool_call>\n{"name": "${shownName}", "arguments": ${shownArgs}}\n</tool_call>`;
}

/** Arguments that are no JSON object become a JSON string. */
function inlineArguments(args: ChatPiece, show: Show): string {
  const shown = show(args, args.text);
  return argumentsValue(args.text) === null ? JSON.stringify(shown) : shown;
}
