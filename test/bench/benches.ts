import type { Bench, BenchParts } from './bench.ts';
import { configBenches } from './configs.bench.ts';
import { compileBenches, compileParts } from './compile.bench.ts';
import { lossBenches } from './losses.bench.ts';
import { longRecordBenches } from './longRecords.bench.ts';
import { memoryBenches, memoryParts } from './memory.bench.ts';
import { quickstartBenches } from './quickstart.bench.ts';
import { rateParts } from './rate.bench.ts';
import { rankBenches } from './ranks.bench.ts';
import { runBenches } from './runs.bench.ts';
import { serverBenches } from './server.bench.ts';
import { servingBenches, servingParts } from './serving.bench.ts';
import { stepBenches } from './steps.bench.ts';
import { teacherBenches, teacherParts } from './teachers.bench.ts';
import { trajectoryBenches, trajectoryParts } from './trajectory.bench.ts';

/** All measurements, in the order of the table. */
export const BENCHES: readonly Bench[] = [
  ...stepBenches,
  ...memoryBenches,
  ...quickstartBenches,
  ...compileBenches,
  ...lossBenches,
  ...teacherBenches,
  ...trajectoryBenches,
  ...servingBenches,
  ...serverBenches,
  ...longRecordBenches,
  ...configBenches,
  ...runBenches,
  ...rankBenches,
];

/** What runs in a process of its own. */
export const BENCH_PARTS: BenchParts = {
  ...rateParts,
  ...memoryParts,
  ...compileParts,
  ...teacherParts,
  ...trajectoryParts,
  ...servingParts,
};
