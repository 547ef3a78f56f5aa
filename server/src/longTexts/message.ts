import type { Message } from 'vscode-languageserver';

/** A message of the protocol, of any kind. */
export interface Sent extends Message {
  id?: number | string | null;
  method?: string;
  params?: unknown;
  result?: unknown;
  error?: { code: number; message: string };
}

/** An answer as bytes of JSON, made by a thread: turning a long one into text would hold up whoever else is served. */
export interface EncodedAnswer {
  id: number | string;
  body: Uint8Array;
}

export function isEncoded(message: object): message is EncodedAnswer {
  return 'body' in message;
}

interface Named {
  uri?: unknown;
  textDocument?: { uri?: unknown };
  arguments?: readonly ({ uri?: unknown } | null)[];
}

/** The document that a message speaks of; empty where it speaks of none. */
export function uriOf({ params }: Sent): string {
  const { uri, textDocument, arguments: args } = (params ?? {}) as Named;
  const named = textDocument?.uri ?? uri ?? args?.[0]?.uri;
  return typeof named === 'string' ? named : '';
}

export function isRequest(
  message: Sent,
): message is Sent & { id: number | string; method: string } {
  return message.method !== undefined && message.id !== undefined && message.id !== null;
}
