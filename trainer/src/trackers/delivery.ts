import { open } from 'node:fs/promises';
import path from 'node:path';
import { parseMetrics, type MetricsRecord } from '@deepcoder/vocabulary';
import { failureText, pause } from '../http/attempts.ts';
import { isUnsent, withSent, type SentSteps } from './trackerState.ts';

/** The tracker said no, and will again: another attempt is of no use. */
export class RefusedError extends Error {}

export interface DeliveryOptions {
  runFolder: string;
  sent: SentSteps;
  /** Rejects with `RefusedError` where it must not be tried again. */
  send: (records: readonly MetricsRecord[], sentAfter: SentSteps) => Promise<void>;
  /** What the tracker itself says that it has: after a request of which nobody knows whether it arrived. */
  askSent: () => Promise<SentSteps>;
  onSent: (sent: SentSteps) => Promise<void>;
  /** Told in words, once an outage. */
  report: (text: string) => void;
  /** Milliseconds before the first attempt after a failure; doubles up to a minute. */
  firstPauseMs: number;
}

export interface Delivery {
  /** There may be new records in `metrics.jsonl`. */
  wake: () => void;
  /** Sends what is left, for at most so long; false where some of it is left for another time. */
  finish: (mostMs: number) => Promise<boolean>;
}

const MOST_BYTES = 1 << 20;
/** Of one request to MLflow, which takes a thousand. */
const MOST_METRICS = 900;
const LONGEST_PAUSE_MS = 60_000;

/**
 * Sends a run's metrics to a tracker in the background. `metrics.jsonl` is the queue: nothing is lost in an
 * outage, and nothing is held in memory. A step is sent once: what was sent is noted after every request, and
 * asked of the tracker where a request may have arrived unnoticed.
 */
export function startDelivery(options: DeliveryOptions): Delivery {
  const { runFolder, send, askSent, onSent, report, firstPauseMs } = options;
  const file = path.join(runFolder, 'metrics.jsonl');
  const given = new AbortController();
  let { sent } = options;
  let isFinishing = false;
  let woken = signal();

  const attempt = async (records: readonly MetricsRecord[]): Promise<boolean> => {
    for (let pauseMs = firstPauseMs, isFirst = true; ; isFirst = false) {
      if (given.signal.aborted) return false;
      try {
        if (!isFirst) sent = latest(sent, await askSent());
        const left = records.filter((record) => isUnsent(record, sent));
        const after = withSent(sent, left);
        if (left.length > 0) await send(left, after);
        sent = after;
        await onSent(sent);
        return true;
      } catch (error) {
        if (error instanceof RefusedError) throw error;
        if (isFirst) report(`cannot be reached, metrics are sent later: ${failureText(error)}`);
        await pause(pauseMs, given.signal).catch(() => undefined);
        pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
      }
    }
  };
  const run = async (): Promise<boolean> => {
    for (let offset = 0; ;) {
      const { records, length } = await readRecords(file, offset);
      for (const some of chunks(records.filter((record) => isUnsent(record, sent)))) {
        if (!(await attempt(some))) return false;
      }
      offset += length;
      if (length > 0) continue;
      if (isFinishing) return true;
      await woken.done;
      woken = signal();
    }
  };
  const running = run().catch((error: unknown) => {
    report(`takes no more metrics of this run: ${failureText(error)}`);
    return false;
  });
  return {
    wake: () => {
      woken.set();
    },
    finish: async (mostMs) => {
      isFinishing = true;
      woken.set();
      const timer = setTimeout(() => {
        given.abort();
      }, mostMs);
      return running.finally(() => {
        clearTimeout(timer);
      });
    },
  };
}

function latest(a: SentSteps, b: SentSteps): SentSteps {
  const all = { ...a };
  for (const [phase, step] of Object.entries(b)) all[phase] = Math.max(step, all[phase] ?? -1);
  return all;
}

/** Whole lines from an offset on, at most a megabyte of them; bytes that they take. */
async function readRecords(
  file: string,
  offset: number,
): Promise<{ records: MetricsRecord[]; length: number }> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const wanted = Math.min(MOST_BYTES, Math.max(0, size - offset));
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(wanted), 0, wanted, offset);
    const length = buffer.subarray(0, bytesRead).lastIndexOf(0x0a) + 1;
    return { records: parseMetrics(buffer.toString('utf8', 0, length)).records, length };
  } finally {
    await handle.close();
  }
}

function* chunks(records: readonly MetricsRecord[]): Generator<MetricsRecord[]> {
  let chunk: MetricsRecord[] = [];
  let metrics = 0;
  for (const record of records) {
    const own = Object.keys(record.values).length;
    if (chunk.length > 0 && metrics + own > MOST_METRICS) {
      yield chunk;
      [chunk, metrics] = [[], 0];
    }
    chunk.push(record);
    metrics += own;
  }
  if (chunk.length > 0) yield chunk;
}

function signal(): { done: Promise<void>; set: () => void } {
  let set: () => void = () => undefined;
  const done = new Promise<void>((resolve) => {
    set = resolve;
  });
  return { done, set };
}
