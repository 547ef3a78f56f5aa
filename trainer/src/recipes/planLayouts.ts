/**
 * A model of what a step of data parallelism costs. With N ranks, R of them on each machine, a step of A micro-batches
 * takes
 *
 *   T(N) = s (m A / N + u) + 2 (R - 1) G / B + 2 R (N - R) / N (G / W) + 2 (N - 1) l
 *
 * seconds: m for a micro-batch and u for the update of all weights (measured on one rank); s = max(1, R t / C) where R ranks
 * of t threads share C cores, 1 where each has its own device; G bytes of gradients, added up by sending each part to
 * its owner and back: B bytes a second through a machine's memory, W over its network, l seconds for a message.
 */
export interface StepCosts {
  /** m, in seconds. */
  microBatchSeconds: number;
  /** u, in seconds. */
  updateSeconds: number;
  /** A. */
  microBatches: number;
  /** G. */
  gradientBytes: number;
  /** B. Of two ranks, adding included. */
  memoryBytesPerSecond: number;
}

export interface Cluster {
  /** R at most. */
  ranksPerMachine: number;
  /** W, what arrives of a link's own speed. */
  networkBytesPerSecond: number;
  /** l */
  messageSeconds: number;
  /** C for t threads a rank; null: each rank has its own device. */
  cores: { count: number; threads: number } | null;
}

export interface Layout {
  ranks: number;
  machines: number;
  computeSeconds: number;
  sumSeconds: number;
  stepSeconds: number;
  /** How many times as fast as one rank. */
  speedup: number;
  /** Of the ranks' time, what one rank would have needed. */
  efficiency: number;
}

/** What a step takes with so many ranks, by the model. */
export function layoutOf(ranks: number, costs: StepCosts, cluster: Cluster): Layout {
  const perMachine = Math.min(ranks, cluster.ranksPerMachine);
  const machines = Math.ceil(ranks / perMachine);
  const seconds = stepOf(ranks, perMachine, { costs, cluster });
  const alone = stepOf(1, 1, { costs, cluster });
  const stepSeconds = seconds.compute + seconds.sum;
  const speedup = (alone.compute + alone.sum) / stepSeconds;
  return {
    ...{ ranks, machines, computeSeconds: seconds.compute, sumSeconds: seconds.sum },
    ...{ stepSeconds, speedup, efficiency: speedup / ranks },
  };
}

function stepOf(
  ranks: number,
  perMachine: number,
  { costs, cluster }: { costs: StepCosts; cluster: Cluster },
): { compute: number; sum: number } {
  const { microBatchSeconds, updateSeconds, microBatches, gradientBytes } = costs;
  const { cores } = cluster;
  const share = cores === null ? 1 : Math.max(1, (perMachine * cores.threads) / cores.count);
  const compute = share * ((microBatchSeconds * microBatches) / ranks + updateSeconds);
  const inside = (2 * (perMachine - 1) * gradientBytes) / costs.memoryBytesPerSecond;
  const across =
    (2 * perMachine * (ranks - perMachine) * gradientBytes) /
    (ranks * cluster.networkBytesPerSecond);
  return { compute, sum: inside + across + 2 * (ranks - 1) * cluster.messageSeconds };
}

/** Below it more is paid for than is gained. */
const WORTH = 0.5;

/** The fastest of the layouts whose ranks are at work for at least half of their time; null where there is none. */
export function recommended(layouts: readonly Layout[]): Layout | null {
  const worth = layouts.filter(({ efficiency }) => efficiency >= WORTH);
  return worth.reduce<Layout | null>(
    (best, one) => (best === null || one.stepSeconds < best.stepSeconds ? one : best),
    null,
  );
}
