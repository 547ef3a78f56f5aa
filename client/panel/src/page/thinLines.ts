import workerCode from 'worker:./thinWorker.ts';
import { createThin, type ThinLine, type ThinOptions, type WholeLine } from '../thinLine.ts';
import type { FromThinWorker, LineOfColumns, ToThinWorker } from './thinWorker.ts';

/** Thins the lines of a chart out. */
export type ThinLines = (lines: readonly WholeLine[], options: ThinOptions) => Promise<ThinLine[]>;

/** So few points are done at once: the way to a worker and back would take longer. */
const FEW = 20_000;

/**
 * Many points are thinned out off the main thread, in a worker that keeps a copy of what it was given
 * and is started when it is needed first.
 */
export function createThinLines(): ThinLines {
  const here = createThin();
  // Paper does not wait for a worker.
  let isPrinted = false;
  addEventListener('beforeprint', () => (isPrinted = true));
  addEventListener('afterprint', () => (isPrinted = false));
  let worker: AskWorker | null | undefined;
  return async (lines, options) => {
    const points = lines.reduce((sum, { y }) => sum + y.length, 0);
    const isFar = points > FEW && !isPrinted;
    if (isFar && worker === undefined) worker = startWorker(() => (worker = null));
    const answer = isFar && worker ? await worker(lines, options) : null;
    return answer ?? lines.map((line) => here(line, options));
  };
}

/** Resolves with null where there is no worker any more. */
type AskWorker = (lines: readonly WholeLine[], options: ThinOptions) => Promise<ThinLine[] | null>;

function startWorker(onFailure: () => void): AskWorker | null {
  const worker = workerOf(workerCode);
  if (worker === null) return null;
  const waiting = new Map<number, (lines: ThinLine[] | null) => void>();
  const post = (message: ToThinWorker, transfer: Transferable[] = []) =>
    worker.postMessage(message, transfer);
  const columns = sentColumns(post);
  let requests = 0;
  worker.onmessage = ({ data: { request, lines } }: MessageEvent<FromThinWorker>) => {
    waiting.get(request)?.(lines);
    waiting.delete(request);
  };
  // A policy that does not let it in is told of here, and only then.
  worker.onerror = () => {
    onFailure();
    for (const resolve of waiting.values()) resolve(null);
    waiting.clear();
  };
  return (lines, options) =>
    new Promise((resolve) => {
      const request = ++requests;
      waiting.set(request, resolve);
      const sent = lines.map(({ x, y, origin, smoothing }): LineOfColumns => ({
        x: columns(x),
        y: columns(y),
        length: y.length,
        origin,
        smoothing,
      }));
      post({ type: 'thin', request, lines: sent, options });
    });
}

function workerOf(code: string): Worker | null {
  try {
    const url = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
    return new Worker(url);
  } catch {
    return null;
  }
}

/**
 * Sends of an array what the worker does not have yet, and says its number there. Arrays that grow
 * into the room behind them are views of one buffer: only their new end is sent.
 */
function sentColumns(post: (message: ToThinWorker, transfer: Transferable[]) => void) {
  const known = new WeakMap<ArrayBufferLike, { id: number; length: number }>();
  const gone = new FinalizationRegistry((id: number) => post({ type: 'drop', id }, []));
  let last = 0;
  return (array: Float64Array): number => {
    let column = known.get(array.buffer);
    if (column === undefined) {
      column = { id: ++last, length: 0 };
      known.set(array.buffer, column);
      gone.register(array.buffer, column.id);
    }
    const { id, length } = column;
    if (array.length > length || length === 0) {
      const values = array.slice(length);
      column.length = array.length;
      post({ type: 'column', id, from: length, values }, [values.buffer]);
    }
    return id;
  };
}
