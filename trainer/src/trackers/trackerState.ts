import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { formatTrackerFile, parseTrackerFile, type TrackerFile } from '@deepcoder/trainer-protocol';
import type { MetricsRecord } from '@deepcoder/vocabulary';
import { atomicWrite } from '../disk/atomicWrite.ts';
import { makeFolder } from '../disk/makeFolder.ts';

/** What a tracker has of a run, kept in the run's folder. */
export interface TrackerState {
  file: () => TrackerFile;
  save: (change: Partial<TrackerFile>) => Promise<void>;
}

export async function openTrackerState(
  runFolder: string,
  name: string,
  label: string,
): Promise<TrackerState> {
  const folder = path.join(runFolder, 'trackers');
  const place = path.join(folder, `${name}.json`);
  const text = await readFile(place, 'utf8').catch(() => '');
  let file = parseTrackerFile(text) ?? { label, url: null, runId: null, sent: {} };
  return {
    file: () => file,
    save: async (change) => {
      file = { ...file, ...change };
      await makeFolder(folder);
      await atomicWrite(place, formatTrackerFile(file));
    },
  };
}

/** Last steps by phase. Steps only rise, so a step that is not later was sent already. */
export type SentSteps = Readonly<Record<string, number>>;

/** A run that is resumed writes the steps after its checkpoint again, with the same values. */
export function isUnsent({ step, values }: MetricsRecord, sent: SentSteps): boolean {
  return step > (sent[phaseOf(values)] ?? -1);
}

export function withSent(sent: SentSteps, records: readonly MetricsRecord[]): SentSteps {
  const all = { ...sent };
  for (const { step, values } of records) all[phaseOf(values)] = step;
  return all;
}

/** All metrics of a record are of one phase: it is what their names begin with. */
function phaseOf(values: MetricsRecord['values']): string {
  return Object.keys(values)[0]?.split('/')[0] ?? '';
}
