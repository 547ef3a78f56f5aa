import type { BenchParts } from './bench.ts';
import { openMatMulRate } from './matMulRate.ts';
import { openOnnx } from './openStep.ts';

const SAMPLES = 5;

/** The head of the table: operations per second of each shape. */
export const rateParts: BenchParts = {
  rate: async () => {
    const rate = await openMatMulRate(await openOnnx());
    for (let i = 0; i < SAMPLES; i++) await rate.sample();
    return rate.rates();
  },
};
