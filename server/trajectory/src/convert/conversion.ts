import type { SpanKind } from '@deepcoder/vocabulary';
import {
  argumentsObject,
  argumentsText,
  DEEPEST_ARGUMENTS,
  nestingDepth,
} from './callArguments.ts';
import { toolDefinitions, type ToolDefinition } from './toolDefinitions.ts';
import type {
  AssistantMessage,
  Call,
  Message,
  Piece,
  PlacedPicture,
  Trajectory,
} from '../types.ts';

/** Writes one trajectory; what the target cannot hold goes to `lost`. */
export type Writer = (conversion: Conversion) => string;

/** A trajectory on its way to another format. */
export interface Conversion {
  trajectory: Trajectory;
  kindOf: (piece: Piece) => SpanKind;
  /** The file excludes it from the loss. */
  isMasked: (piece: Piece) => boolean;
  /** A picture's type and its address: a data URL, a path or a URL. */
  pictureOf: (placed: PlacedPicture) => { mediaType: string | null; url: string };
  /** Reports a piece that is left out or changes its kind; `piece` null where there is none. */
  lost: (code: string, message: string, piece: Piece | null) => void;
}

/** A message's pieces with its pictures among them. */
export function mixed({ pieces, pictures = [] }: Message): (Piece | PlacedPicture)[] {
  const all: (Piece | PlacedPicture)[] = [];
  let next = 0;
  for (let at = 0; at <= pieces.length; at += 1) {
    for (; next < pictures.length && pictures[next]!.before <= at; next += 1)
      all.push(pictures[next]!);
    const piece = pieces[at];
    if (piece) all.push(piece);
  }
  return all;
}

export function isPicture(one: Piece | PlacedPicture): one is PlacedPicture {
  return 'picture' in one;
}

/** For formats, or turns of theirs, that have no place for pictures. */
export function withoutPictures({ lost }: Conversion, { pieces, pictures }: Message): void {
  if (!pictures) return;
  lost('not-held', 'There is no place for pictures here; they are left out.', pieces[0] ?? null);
}

export interface TurnParts {
  reasoning: Piece[];
  /** Text that is no thinking: answers, and actions written as text, in order. */
  rest: Piece[];
}

/** For formats that keep thinking apart from the rest, and so before it. */
export function partsOfTurn({ kindOf, lost }: Conversion, { pieces }: AssistantMessage): TurnParts {
  const isThought = (piece: Piece): boolean => kindOf(piece) === 'reasoning';
  const first = pieces.findIndex((piece) => !isThought(piece));
  const late = first < 0 ? undefined : pieces.slice(first).find(isThought);
  if (late) {
    const message = 'Thinking that follows other text of its turn will stand before it.';
    lost('order-changed', message, late);
  }
  return {
    reasoning: pieces.filter((piece) => kindOf(piece) === 'reasoning'),
    rest: pieces.filter((piece) => kindOf(piece) !== 'reasoning'),
  };
}

/** For formats that take agent messages right after each other for one turn. */
export function reportJoinedTurns({ trajectory: { messages }, lost }: Conversion): void {
  messages.forEach((message, i) => {
    if (!isTurn(message) || messages[i - 1]?.role !== 'assistant') return;
    const piece = message.pieces[0] ?? message.calls[0]?.name ?? null;
    lost('turns-joined', 'A turn right after another becomes part of it.', piece);
  });
}

/** Whether the file excludes a whole turn from the loss; what of it cannot be said so is reported. */
export function isMaskedTurn(conversion: Conversion, message: AssistantMessage): boolean {
  const calls = message.calls.flatMap((call) => [call.name, call.arguments]);
  const pieces = [...message.pieces, ...calls].filter((piece) => piece !== null);
  const masked = pieces.filter(conversion.isMasked);
  if (masked.length === pieces.length) return masked.length > 0;
  for (const piece of masked) reportMask(conversion, piece);
  return false;
}

/** For formats that have no way to exclude a message from the loss. */
export function reportMasks(conversion: Conversion): void {
  for (const message of conversion.trajectory.messages) {
    const masked = message.pieces.find(conversion.isMasked);
    if (masked) reportMask(conversion, masked);
  }
}

function reportMask({ lost }: Conversion, piece: Piece): void {
  lost('mask-dropped', 'The file excludes this from the loss; the target does not say so.', piece);
}

export function joined(pieces: readonly Piece[]): string {
  return pieces.map((piece) => piece.text).join('\n\n');
}

/**
 * Call arguments as an object, or as the text that they are; null where there are none. What is nested too
 * deep to be looked into stays text, and is reported.
 */
export function argumentsOf({ lost }: Conversion, call: Call): object | string | null {
  if (call.arguments === null) return argumentsObject(call);
  const text = argumentsText(call);
  if (nestingDepth(text) > DEEPEST_ARGUMENTS) {
    const message = `Arguments nested over ${DEEPEST_ARGUMENTS} levels deep stay text.`;
    lost('too-deep', message, call.arguments);
  }
  return argumentsObject(call) ?? text;
}

/** For formats that have a place for tool definitions: all of them, in OpenAI's form. */
export function toolsOf({ trajectory }: Conversion): ToolDefinition[] {
  return toolDefinitions(trajectory.tools);
}

/** Definitions that the target has no place for. */
export function withoutTools({ trajectory, lost }: Conversion): void {
  if (toolDefinitions(trajectory.tools).length === 0) return;
  lost('not-held', 'The format has no place for tool definitions; they are left out.', null);
}

export function isTurn(message: Message): message is AssistantMessage {
  return message.role === 'assistant';
}
