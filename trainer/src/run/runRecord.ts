import { hostname } from 'node:os';
import path from 'node:path';
import { formatRunFile, PROTOCOL_VERSION, type RunFile } from '@deepcoder/trainer-protocol';
import { atomicWrite } from '../disk/atomicWrite.ts';
import type { OpenRunOptions } from './openRunOptions.ts';
import { processStart } from '@deepcoder/trainer-protocol/node';

/** `run.json` as this process keeps it. */
export interface RunRecord {
  file: () => RunFile;
  /** In memory; written with the next save. */
  change: (change: Partial<RunFile>) => void;
  save: (change: Partial<RunFile>) => Promise<void>;
  saveNowAndThen: () => Promise<void>;
  saveEnd: (change: Pick<RunFile, 'state' | 'error'>) => Promise<void>;
}

/** The record of a run that begins, or goes on from an earlier one; nothing is written yet. */
export function createRecord(options: OpenRunOptions, earlier: RunFile | null): RunRecord {
  const { folder, clock } = options;
  let file = firstFile(options, earlier);
  let writtenAt = 0;
  const change = (changed: Partial<RunFile>) => {
    file = { ...file, ...changed };
  };
  const save = async (changed: Partial<RunFile>) => {
    const now = clock();
    change({ ...changed, updatedAt: now.toISOString() });
    writtenAt = now.getTime();
    await atomicWrite(path.join(folder, 'run.json'), formatRunFile(file));
  };
  return {
    file: () => file,
    change,
    save,
    saveNowAndThen: async () => {
      if (clock().getTime() - writtenAt >= PROGRESS_EVERY_MS) await save({});
    },
    saveEnd: (changed) => save({ ...changed, control: null, endedAt: clock().toISOString() }),
  };
}

/** `run.json` is for people and editors to look at: once a second is often enough. */
const PROGRESS_EVERY_MS = 1000;

function firstFile(options: OpenRunOptions, earlier: RunFile | null): RunFile {
  const { folder, name, seed, versions, gitCommit, fingerprints, totalSteps, clock, resume } =
    options;
  const now = clock().toISOString();
  return {
    protocolVersion: PROTOCOL_VERSION,
    id: path.basename(path.resolve(folder)),
    name,
    state: 'starting',
    host: hostname(),
    pid: process.pid,
    processStart: processStart(process.pid),
    startedAt: earlier?.startedAt ?? now,
    updatedAt: now,
    endedAt: null,
    seed,
    versions,
    gitCommit,
    fingerprints,
    control: null,
    threads: options.threads || 1,
    progress: { step: resume?.step ?? 0, totalSteps, tokensSeen: resume?.tokensSeen ?? 0 },
    best: resume === undefined ? null : bestUntil(earlier, resume.step),
    error: null,
  };
}

/** What was best after the checkpoint is not known to the run that goes on from it. */
function bestUntil(earlier: RunFile | null, step: number): RunFile['best'] {
  const best = earlier?.best ?? null;
  return best !== null && best.step <= step ? best : null;
}
