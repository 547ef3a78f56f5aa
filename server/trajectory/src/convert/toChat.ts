import type { AssistantMessage, Message, Piece } from '../types.ts';
import { argumentsText } from './callArguments.ts';
import {
  isMaskedTurn,
  isPicture,
  isTurn,
  joined,
  mixed,
  partsOfTurn,
  reportJoinedTurns,
  toolsOf,
  withoutPictures,
  type Conversion,
} from './conversion.ts';

/**
 * OpenAI chat messages, one record a line. Several thoughts or texts in a turn become content parts;
 * an action written as text, and an answer beside calls, keep their kind in tags.
 */
export function toChat(conversion: Conversion): string {
  const { trajectory } = conversion;
  reportJoinedTurns(conversion);
  const messages = trajectory.messages.map((message) => chatMessage(conversion, message));
  const tools = toolsOf(conversion);
  return JSON.stringify({
    ...(trajectory.id !== null && { id: trajectory.id }),
    ...(tools.length > 0 && { tools }),
    messages,
  });
}

function chatMessage(conversion: Conversion, message: Message): object {
  if (isTurn(message)) return turn(conversion, message);
  if (message.role === 'tool') {
    return {
      role: 'tool',
      ...(message.callId !== null && { tool_call_id: message.callId }),
      ...(message.name !== null && { name: message.name }),
      content: content(conversion, message),
    };
  }
  const kind = message.role === 'user' ? 'task' : message.role;
  for (const piece of message.pieces) {
    if (conversion.kindOf(piece) !== kind) {
      conversion.lost('kind-changed', `Becomes ${kind} with its message.`, piece);
    }
  }
  return { role: message.role, content: content(conversion, message) };
}

/** One text as a string; several, and pictures, as parts; a result may have none. */
function content({ pictureOf }: Conversion, message: Message): unknown {
  const { pieces } = message;
  if (pieces.length <= 1 && !message.pictures) return pieces[0]?.text ?? '';
  return mixed(message).map((one) =>
    isPicture(one)
      ? { type: 'image_url', image_url: { url: pictureOf(one).url } }
      : { type: 'text', text: one.text },
  );
}

function turn(conversion: Conversion, message: AssistantMessage): object {
  const { kindOf } = conversion;
  withoutPictures(conversion, message);
  const { reasoning, rest } = partsOfTurn(conversion, message);
  const acts = message.calls.length > 0 || rest.some((piece) => kindOf(piece) === 'action');
  const texts = rest.map((piece) =>
    tagged(conversion, piece, { acts, calls: message.calls.length > 0 }),
  );
  const calls = message.calls.map((call) => ({
    ...(call.id !== null && { id: call.id }),
    type: 'function',
    function: { name: call.name?.text ?? '', arguments: argumentsText(call) },
  }));
  const simple = reasoning.length <= 1;
  const parts = [
    ...(simple ? [] : reasoning.map((piece) => ({ type: 'thinking', thinking: piece.text }))),
    ...texts.map((text) => ({ type: 'text', text })),
  ];
  return {
    role: 'assistant',
    ...(simple && reasoning.length === 1 && { reasoning_content: joined(reasoning) }),
    content: simple && texts.length <= 1 ? (texts[0] ?? null) : parts,
    ...(calls.length > 0 && { tool_calls: calls }),
    ...(isMaskedTurn(conversion, message) && { weight: 0 }),
  };
}

function tagged(
  conversion: Conversion,
  piece: Piece,
  { acts, calls }: { acts: boolean; calls: boolean },
): string {
  const kind = conversion.kindOf(piece);
  if (kind === 'action' && calls) {
    const message = 'An action written as text beside calls will be taken for a copy of them.';
    conversion.lost('ambiguous-text', message, piece);
  }
  if (kind === 'action') return `<action>${piece.text}</action>`;
  if (kind === 'answer') return acts ? `<answer>${piece.text}</answer>` : piece.text;
  conversion.lost('kind-changed', `A piece of kind ${kind} in a turn becomes its text.`, piece);
  return piece.text;
}
