import { Interrupted, interruptWhere } from '@deepcoder/trajectory';
import type { MessagePort } from 'node:worker_threads';
import {
  type Connection,
  createConnection,
  PortMessageReader,
  ProposedFeatures,
} from 'vscode-languageserver/node';
import { HandedMessages } from './channel.ts';
import type { EncodedAnswer, Sent } from './message.ts';
import type { ThreadData } from './textThread.ts';

/**
 * The connection of a thread that reads one document: a reading ends where a change of the text has been sent that
 * has not been looked at.
 */
export function connectThread(port: MessagePort, { changes }: ThreadData): Connection {
  let seen = 0;
  interruptWhere(() => Atomics.load(changes, 0) !== seen);
  // What is read without anybody waiting for an answer ends so, and is begun anew by the change.
  process.on('uncaughtException', (error) => {
    if (!(error instanceof Interrupted)) throw error;
  });
  const writer = new HandedMessages((message) => post(port, message));
  return createConnection(ProposedFeatures.all, new PortMessageReader(port), writer, {
    messageStrategy: {
      handleMessage: (message, next) => {
        if ((message as Sent).method === 'textDocument/didChange') seen += 1;
        return next(message);
      },
    },
  });
}

function post(port: MessagePort, message: Sent): void {
  const { id, result } = message;
  if (id == null || typeof result !== 'object' || result === null) {
    port.postMessage(message);
    return;
  }
  const answer: EncodedAnswer = { id, body: new TextEncoder().encode(JSON.stringify(message)) };
  port.postMessage(answer, [answer.body.buffer as ArrayBuffer]);
}
