import { once } from 'node:events';
import type { FastifyReply } from 'fastify';

/** Server-sent events (WHATWG HTML, 9.2), each with one JSON value. */
export interface EventStream {
  send: (value: unknown) => Promise<void>;
  end: () => void;
}

export function eventStream(reply: FastifyReply): EventStream {
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
    connection: 'keep-alive',
    'x-accel-buffering': 'no',
  });
  const write = async (text: string): Promise<void> => {
    if (raw.destroyed || raw.write(text)) return;
    // A client that reads slowly holds up its own request only.
    await Promise.race([once(raw, 'drain'), once(raw, 'close')]);
  };
  return {
    send: (value) => write(`data: ${JSON.stringify(value)}\n\n`),
    end: () => raw.end('data: [DONE]\n\n'),
  };
}
