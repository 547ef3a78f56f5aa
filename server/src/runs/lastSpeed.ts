import { listRuns } from '@deepcoder/trainer-protocol/node';
import { lastRecords } from './metricsTail.ts';

const METRIC = 'train/tokens_per_second';

/** Tokens a second of the newest run of this name; null: there is none, or it does not say. */
export async function lastSpeed(runsDir: string, name: string): Promise<number | null> {
  const runs = await listRuns(runsDir);
  const newest = runs.findLast((found) => 'run' in found && found.run.name === name);
  if (newest === undefined) return null;
  const record = (await lastRecords(newest.folder)).findLast(({ values }) => METRIC in values);
  return record?.values[METRIC] ?? null;
}
