import type { ToPanel } from '@deepcoder/panel';
import type { EncodedRecords } from '@deepcoder/vocabulary';

interface RecordSender {
  add(run: string, news: EncodedRecords): void;
  acknowledge(sequence: number): void;
  /** The page has what came before: from now on it is sent more. */
  start(): void;
  /** Forgets what waits, and sends nothing until it is started. */
  reset(): void;
}

/** Sends what has come as soon as the page has drawn what it was sent before. */
export function recordSender(send: (message: ToPanel) => void): RecordSender {
  let waiting: { run: string; news: EncodedRecords }[] = [];
  let sequence = 0;
  let isBusy = true;
  const flush = () => {
    if (isBusy || waiting.length === 0) return;
    isBusy = true;
    sequence++;
    const runs = waiting;
    waiting = [];
    send({ type: 'records', sequence, runs });
  };
  return {
    add(run, news) {
      waiting.push({ run, news });
      flush();
    },
    acknowledge(done) {
      if (done !== sequence) return;
      isBusy = false;
      flush();
    },
    start() {
      isBusy = false;
      flush();
    },
    reset() {
      waiting = [];
      isBusy = true;
    },
  };
}
