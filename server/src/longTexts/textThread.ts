import { Worker } from 'node:worker_threads';
import type { EncodedAnswer, Sent } from './message.ts';

/** What a thread is started with. */
export interface ThreadData {
  /** How many changes of its document have been sent to it. */
  changes: Int32Array;
}

/** A server of its own, for one document. */
export interface TextThread {
  send: (message: Sent) => void;
  /** Ends what it is reading: the text has changed. */
  interrupt: () => void;
  end: () => void;
}

export interface ThreadListener {
  onMessage: (message: Sent | EncodedAnswer) => void;
  /** It has ended by itself. */
  onEnd: (why: string) => void;
}

/** `script` is run by the thread with `ThreadData`; messages go through its port. */
export function startTextThread(script: URL, { onMessage, onEnd }: ThreadListener): TextThread {
  const changes = new Int32Array(new SharedArrayBuffer(4));
  const workerData: ThreadData = { changes };
  const worker = new Worker(script, { workerData });
  let isEnded = false;
  const end = (why: string): void => {
    if (isEnded) return;
    isEnded = true;
    onEnd(why);
  };
  worker.on('message', onMessage);
  worker.on('error', (error) => end(error.message));
  worker.on('exit', (code) => end(`its thread ended with ${code}`));
  return {
    send: (message) => worker.postMessage(message),
    interrupt: () => void Atomics.add(changes, 0, 1),
    end: () => {
      isEnded = true;
      void worker.terminate();
    },
  };
}
