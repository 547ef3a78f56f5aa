import type { ToPanel, WireRecord } from '@deepcoder/panel';

interface RecordSender {
  add(run: string, records: WireRecord[]): void;
  acknowledge(sequence: number): void;
  /** The page has what came before: from now on it is sent more. */
  start(): void;
  /** Forgets what waits, and sends nothing until it is started. */
  reset(): void;
}

/** Sends what has come as soon as the page has drawn what it was sent before. */
export function recordSender(send: (message: ToPanel) => void): RecordSender {
  let waiting = new Map<string, WireRecord[]>();
  let sequence = 0;
  let isBusy = true;
  const flush = () => {
    if (isBusy || waiting.size === 0) return;
    isBusy = true;
    sequence++;
    const runs = [...waiting].map(([run, records]) => ({ run, records }));
    waiting = new Map();
    send({ type: 'records', sequence, runs });
  };
  return {
    add(run, records) {
      waiting.set(run, [...(waiting.get(run) ?? []), ...records]);
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
      waiting = new Map();
      isBusy = true;
    },
  };
}
