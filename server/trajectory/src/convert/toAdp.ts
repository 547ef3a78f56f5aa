import type { AssistantMessage, Message, Piece } from '../types.ts';
import {
  reportMasks,
  argumentsOf,
  isTurn,
  joined,
  reportJoinedTurns,
  withoutPictures,
  withoutTools,
  type Conversion,
} from './conversion.ts';

/** The Agent Data Protocol, one record a line: thoughts become the description of what follows. */
export function toAdp(conversion: Conversion): string {
  reportMasks(conversion);
  const { trajectory } = conversion;
  reportJoinedTurns(conversion);
  for (const message of trajectory.messages) withoutPictures(conversion, message);
  withoutTools(conversion);
  const content = trajectory.messages.flatMap((message) => items(conversion, message));
  return JSON.stringify({ id: trajectory.id ?? String(trajectory.index), content, details: {} });
}

function items(conversion: Conversion, message: Message): object[] {
  if (isTurn(message)) return turnItems(conversion, message);
  if (message.role === 'other') {
    for (const piece of message.pieces) {
      conversion.lost(
        'kind-changed',
        'ADP has no kind for this; it becomes an observation.',
        piece,
      );
    }
  }
  const source = { system: 'system', user: 'user', tool: 'environment', other: 'other' }[
    message.role
  ];
  const name = message.role === 'tool' ? message.name : message.role === 'system' ? 'system' : null;
  if (message.role === 'tool' && message.callId !== null) {
    conversion.lost(
      'not-held',
      'ADP has no call ids; results follow the order.',
      message.pieces[0] ?? null,
    );
  }
  // A result may be empty, and is one all the same.
  const empty = message.role === 'tool' && message.pieces.length === 0;
  const texts = empty ? [''] : message.pieces.map(({ text }) => text);
  return texts.map((text) => ({
    class_: 'text_observation',
    content: text,
    source,
    name,
  }));
}

function turnItems(conversion: Conversion, message: AssistantMessage): object[] {
  const written: object[] = [];
  let thoughts: Piece[] = [];
  const description = (): string | null => {
    if (thoughts.length > 1) {
      conversion.lost('pieces-joined', 'Several thoughts become one description.', thoughts[0]!);
    }
    const text = thoughts.length > 0 ? joined(thoughts) : null;
    thoughts = [];
    return text;
  };
  for (const piece of message.pieces) {
    const kind = conversion.kindOf(piece);
    if (kind === 'reasoning') thoughts.push(piece);
    else if (kind === 'action') {
      written.push({
        class_: 'code_action',
        language: 'text',
        content: piece.text,
        description: description(),
      });
    } else {
      written.push({ class_: 'message_action', content: piece.text, description: description() });
    }
  }
  for (const call of message.calls) {
    const kwargs = argumentsOf(conversion, call);
    if (call.arguments && typeof kwargs === 'string') {
      conversion.lost(
        'kind-changed',
        'Arguments that are no object become `input`.',
        call.arguments,
      );
    }
    written.push({
      class_: 'api_action',
      function: call.name?.text ?? '',
      kwargs: typeof kwargs === 'string' ? { input: kwargs } : (kwargs ?? {}),
      description: description(),
    });
  }
  if (thoughts.length > 0) {
    written.push({ class_: 'message_action', content: '', description: description() });
  }
  return written;
}
