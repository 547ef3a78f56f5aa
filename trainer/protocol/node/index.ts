export { processStart } from './processStart.ts';
export { readMetrics, type RunMetrics } from './readMetrics.ts';
export {
  isLive,
  listRuns,
  readRun,
  type RunSummary,
  type RunTrouble,
  type StartOf,
} from './readRun.ts';
export { sendControl } from './sendControl.ts';
