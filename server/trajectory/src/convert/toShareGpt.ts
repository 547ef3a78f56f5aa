import type { AssistantMessage, Message } from '../types.ts';
import { argumentsText } from './callArguments.ts';
import {
  isMaskedTurn,
  isPicture,
  isTurn,
  mixed,
  partsOfTurn,
  reportJoinedTurns,
  toolsOf,
  withoutPictures,
  type Conversion,
} from './conversion.ts';

/** ShareGPT, one record a line: thinking in `<think>`, calls as JSON in `function_call`. It has no ids. */
export function toShareGpt(conversion: Conversion): string {
  const { trajectory } = conversion;
  reportJoinedTurns(conversion);
  const conversations = trajectory.messages.flatMap((message) => entries(conversion, message));
  const tools = toolsOf(conversion);
  const images = imagesIn(conversion);
  return JSON.stringify({
    ...(trajectory.id !== null && { id: trajectory.id }),
    ...(tools.length > 0 && { tools: JSON.stringify(tools) }),
    conversations,
    ...(images.length > 0 && { images }),
  });
}

/** The pictures of all messages but the agent's, in the order of their tags. */
function imagesIn({ trajectory, pictureOf, lost }: Conversion): string[] {
  const outer = trajectory.messages.filter((message) => !isTurn(message));
  const images = outer.flatMap(({ pictures = [] }) => pictures.map((one) => pictureOf(one).url));
  if (images.length === 0) return images;
  for (const { pieces } of trajectory.messages) {
    const piece = pieces.find(({ text }) => text.includes(TAG));
    if (piece) lost('ambiguous-text', `${TAG} in a text will be taken for a picture.`, piece);
  }
  return images;
}

const TAG = '<image>';

/** Each text, with the tags of the pictures before it; the last one also with those behind it. */
function textsWithTags(message: Message): string[] {
  const texts: string[] = [];
  let tags = '';
  for (const one of mixed(message)) {
    if (isPicture(one)) tags += TAG;
    else {
      texts.push(tags + one.text);
      tags = '';
    }
  }
  if (tags === '') return texts;
  return texts.length === 0 ? [tags] : [...texts.slice(0, -1), texts.at(-1)! + tags];
}

interface Entry {
  from: string;
  value: string;
}

function entries(conversion: Conversion, message: Message): Entry[] {
  if (isTurn(message)) return turnEntries(conversion, message);
  const from = { system: 'system', user: 'human', other: 'other', tool: 'observation' }[
    message.role
  ];
  if (message.role === 'tool' && message.callId !== null) {
    conversion.lost(
      'not-held',
      'ShareGPT has no call ids; results follow the order.',
      message.pieces[0] ?? null,
    );
  }
  const { messages } = conversion.trajectory;
  const before = messages[messages.indexOf(message) - 1];
  if (message.role === 'user' && before && isTurn(before) && before.calls.length > 0) {
    const what = 'What the user says behind a call without a result will be taken for it.';
    conversion.lost('ambiguous-text', what, message.pieces[0] ?? null);
  }
  const texts = textsWithTags(message);
  // A result may be empty, and is one all the same.
  if (message.role === 'tool' && texts.length === 0) return [{ from, value: '' }];
  return texts.map((value) => ({ from, value }));
}

function turnEntries(conversion: Conversion, message: AssistantMessage): Entry[] {
  const { kindOf } = conversion;
  withoutPictures(conversion, message);
  const { reasoning, rest } = partsOfTurn(conversion, message);
  const thoughts = reasoning.map((piece) => `<think>${piece.text}</think>`);
  const acts = message.calls.length > 0 || rest.some((piece) => kindOf(piece) === 'action');
  const texts = rest.map((piece) => {
    const kind = kindOf(piece);
    if (kind === 'action') return `<action>${piece.text}</action>`;
    return acts ? `<answer>${piece.text}</answer>` : piece.text;
  });
  if (rest.length > 1) {
    conversion.lost('pieces-joined', 'Several texts of a turn become one.', rest[0]!);
  }
  const value = [...thoughts, ...texts].join('\n\n');
  const calls = message.calls.map((call) => ({
    from: 'function_call',
    value: callJson(call.name?.text ?? '', call.arguments === null ? null : argumentsText(call)),
  }));
  const said = value === '' ? [] : [{ from: 'gpt', value }];
  const mask = isMaskedTurn(conversion, message) ? { train: false } : {};
  return [...said, ...calls].map((entry) => ({ ...entry, ...mask }));
}

/** Arguments that are JSON stay as they are written. */
function callJson(name: string, args: string | null): string {
  if (args === null) return JSON.stringify({ name });
  let written = JSON.stringify(args);
  try {
    if (typeof JSON.parse(args) === 'object') written = args;
  } catch {
    // Not JSON: a string then.
  }
  return `{"name": ${JSON.stringify(name)}, "arguments": ${written}}`;
}
