import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type Bench, type BenchContext, type BenchRow, median, timeMs } from './bench.ts';
import { MODEL_2M, MODEL_52M } from './benchModels.ts';
import { openMatMulRate } from './matMulRate.ts';
import { openOnnx, openStep, stepFlops, type StepSize } from './openStep.ts';
import { openTorchPeer } from './torchPeer.ts';

const PEER_SCRIPT = path.join('test', 'reference', 'step_peer.py');

interface StepBench extends StepSize {
  label: string;
  stepsPerRound: number;
  /** Least share of the multiplications' bound; null: no goal. */
  boundAtLeast: number | null;
}

const LARGE: StepBench = {
  label: '52 M parameters, 1,024 tokens',
  model: MODEL_52M,
  rows: 1,
  length: 1024,
  stepsPerRound: 3,
  boundAtLeast: 0.75,
};

const SMALL: StepBench = {
  label: '2.2 M parameters, 256 tokens',
  model: MODEL_2M,
  rows: 1,
  length: 256,
  stepsPerRound: 20,
  boundAtLeast: null,
};

export const stepBenches: Bench[] = [
  { name: 'step-52m', run: (context) => stepTime(LARGE, context) },
  { name: 'step-2m', run: (context) => stepTime(SMALL, context) },
];

/** Threads of a library spin a while after its work, and would take the other's cores. */
const SPIN_MS = 300;

/**
 * Step time against the machine's multiplication rate and against PyTorch. They take turns, since a
 * machine's speed drifts; the first step of a turn finds cold caches and is not counted.
 */
async function stepTime(bench: StepBench, { rounds, python }: BenchContext): Promise<BenchRow[]> {
  const executor = await openOnnx();
  const step = await openStep(executor, bench);
  const rate = await openMatMulRate(executor);
  const peer = python === null ? null : await openTorchPeer(python, PEER_SCRIPT, bench);
  for (let i = 0; i < 2; i++) await step();
  await peer?.steps(2);
  const [ours, theirs]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    await setTimeout(SPIN_MS);
    await rate.sample();
    await step();
    for (let i = 0; i < bench.stepsPerRound; i++) ours.push(await timeMs(step));
    await setTimeout(SPIN_MS);
    if (peer) theirs.push(...(await peer.steps(1 + bench.stepsPerRound)).slice(1));
  }
  await rate.sample();
  peer?.close();
  const value = median(ours);
  const boundMs = (1000 * stepFlops(bench)) / rate.best();
  return [
    {
      name: `step: ${bench.label}`,
      value,
      unit: 'ms',
      peer: { name: `bound at ${(rate.best() / 1e9).toFixed(0)} GFLOP/s`, value: boundMs },
      ratio: boundMs / value,
      ...(bench.boundAtLeast !== null && { atLeast: bench.boundAtLeast }),
    },
    againstPeer(`step: ${bench.label}`, value, peer && { name: peer.name, times: theirs }),
  ];
}

function againstPeer(
  name: string,
  value: number,
  peer: { name: string; times: number[] } | null,
): BenchRow {
  const row = { name, value, unit: 'ms' };
  if (peer === null) return { ...row, peer: null };
  const peerMs = median(peer.times);
  const told = { name: `eager ${peer.name}`, value: peerMs };
  return { ...row, peer: told, ratio: value / peerMs, atMost: 1 };
}
