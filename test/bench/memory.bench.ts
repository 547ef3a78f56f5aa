import type { Bench, BenchContext, BenchParts, BenchRow } from './bench.ts';
import { MODEL_52M } from './benchModels.ts';
import { openOnnx, openStep } from './openStep.ts';
import { processPeakBytes } from './residentMemory.ts';

const GB = 1e9;

export const memoryParts: BenchParts = {
  'memory-1x1024': () => peakOf(1, 1024),
  'memory-4x2048': () => peakOf(4, 2048),
  'memory-1x8192': () => peakOf(1, 8192),
  'memory-1x8192-twice': () => peakOf(1, 8192, true),
};

export const memoryBenches: Bench[] = [
  { name: 'memory-52m', run: stepMemory },
  { name: 'memory-long', run: longRowMemory },
];

/** Peak resident bytes of the whole process; the optimizer's moments are all touched in the second step. */
async function peakOf(
  rows: number,
  length: number,
  checkpointing = false,
): Promise<Record<string, number>> {
  const size = { model: MODEL_52M, rows, length, checkpointing };
  const step = await openStep(await openOnnx(), size);
  for (let i = 0; i < 2; i++) await step();
  return { bytes: processPeakBytes() };
}

async function stepMemory({ part }: BenchContext): Promise<BenchRow[]> {
  const { bytes } = await part('memory-1x1024');
  const name = 'peak memory: 52 M parameters, 1,024 tokens';
  return [{ name, value: bytes! / GB, unit: 'GB', atMost: 2 }];
}

async function longRowMemory({ part }: BenchContext): Promise<BenchRow[]> {
  const short = await part('memory-4x2048');
  const long = await part('memory-1x8192');
  const twice = await part('memory-1x8192-twice');
  return [
    {
      name: 'peak memory: 52 M parameters, 1 x 8,192 tokens',
      value: long['bytes']! / GB,
      unit: 'GB',
      peer: { name: '4 x 2,048 tokens', value: short['bytes']! / GB },
      ratio: long['bytes']! / short['bytes']!,
      atMost: 1.5,
    },
    {
      name: 'peak memory: the same with gradient_checkpointing',
      value: twice['bytes']! / GB,
      unit: 'GB',
      peer: { name: 'without', value: long['bytes']! / GB },
      ratio: twice['bytes']! / long['bytes']!,
    },
  ];
}
