import type { ChatMessage } from './chatMessage.ts';

/** A content that must show in the rendered text. */
export interface ChatPiece {
  /** As it is given to the template: arguments as JSON, whatever the file writes them in. */
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
  /** What the template shows, in the order in which it is generated. */
  pieces: ChatPiece[];
  /** Thoughts that the template does not show: they go before what it shows of the turn. */
  apart: ChatPiece[];
  /** It has calls in the template's own form. */
  calls: boolean;
  write: (show: Show) => ChatMessage;
  /** The same turn without its thoughts. */
  bare: PlannedMessage | null;
}

/** Gives a content's text as it goes into the messages. */
export type Show = (piece: ChatPiece, text: string) => string;
