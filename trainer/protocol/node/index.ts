export { findModel, missingFiles, type Need } from './findModel.ts';
export {
  cachedCommit,
  cachedModels,
  hubCacheFolder,
  hubHome,
  MAIN,
  repoFolder,
  snapshotFolder,
  type Env,
  type RepoKind,
} from './hubCache.ts';
export { readConfigText } from './readConfigText.ts';
export { processStart } from './processStart.ts';
export { readLinks } from './readLinks.ts';
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
