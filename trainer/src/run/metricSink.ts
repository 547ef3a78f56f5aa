import type { MetricsRecord } from '@deepcoder/vocabulary';

/**
 * Where a run's metrics go. `write` hands a record over and returns at once: what takes time, such as a network,
 * is done behind it. Records come in order; whatever a sink throws or rejects with is reported and costs only
 * this sink, never the run.
 */
export interface MetricSink {
  /** For messages: `metrics.jsonl`, `MLflow`. */
  readonly name: string;
  /** Rejects where nothing can ever be written: then the run does not begin. */
  open: () => Promise<void>;
  write: (record: MetricsRecord) => void | Promise<void>;
  /** Brings what was written to where it outlasts this machine's power, or as near as the sink can. */
  flush: () => Promise<void>;
  close: (end: RunEnd) => Promise<void>;
}

/** How the run ended. */
export type RunEnd = 'finished' | 'stopped' | 'failed';

export interface MetricSinks {
  write: (record: MetricsRecord) => void;
  flush: () => Promise<void>;
  close: (end: RunEnd) => Promise<void>;
}

/** Opens all, in order. After a failure a sink is closed and left out, and `onFailure` is told once. */
export async function openMetricSinks(
  sinks: readonly MetricSink[],
  onFailure: (name: string, error: unknown) => void,
): Promise<MetricSinks> {
  const live = new Set<MetricSink>();
  const fail = (sink: MetricSink, error: unknown): void => {
    if (!live.delete(sink)) return;
    onFailure(sink.name, error);
    // What failed to write may well fail to close; it was reported already.
    sink.close('failed').catch(() => undefined);
  };
  const guarded = async (sink: MetricSink, work: () => void | Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      fail(sink, error);
    }
  };
  const all = async (work: (sink: MetricSink) => Promise<void>): Promise<void> => {
    await Promise.all([...live].map((sink) => guarded(sink, () => work(sink))));
  };
  try {
    for (const sink of sinks) {
      await sink.open();
      live.add(sink);
    }
  } catch (error) {
    await all((sink) => sink.close('failed'));
    throw error;
  }
  return {
    write: (record) => {
      for (const sink of live) void guarded(sink, () => sink.write(record));
    },
    flush: () => all((sink) => sink.flush()),
    close: async (end) => {
      await all((sink) => sink.close(end));
      live.clear();
    },
  };
}
