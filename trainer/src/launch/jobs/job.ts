import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { type Config, DeepCoderError, launchSchema, nearest } from '@deepcoder/config';
import { z } from 'zod';
import { atomicWrite } from '../../disk/atomicWrite.ts';
import { makeFolder } from '../../disk/makeFolder.ts';

export type Launch = Config['launch'];

const recordSchema = z.object({
  version: z.literal(1),
  /** Name of the run. */
  name: z.string(),
  /** The config file or preset, as it was given. */
  config: z.string(),
  since: z.string(),
  /** Name of the target, or its kind. */
  target: z.string(),
  launch: launchSchema,
  /** What the cluster calls it. */
  handle: z.string(),
  /** Where its runs come to lie, as the config says it. */
  dir: z.string(),
  /** Runs of it: more than one where it trains with several seeds. */
  parts: z.int().positive(),
});

type JobRecord = z.infer<typeof recordSchema>;

/** A run, or some that differ in their seed, that was given to a cluster or another machine. */
export interface Job {
  id: string;
  /** Absolute; what is known of it here. */
  folder: string;
  /** The working folder that it was submitted from. */
  cwd: string;
  record: JobRecord;
}

/** Where a working folder keeps what it knows of its jobs, with `/` also on other systems: jobs read it too. */
export const JOBS = '.deepcoder/jobs';

/** The folder of a job from the working folder; its name needs no quoting anywhere. */
export function jobPath(id: string): string {
  return `${JOBS}/${id}`;
}

/** A name that is one also for DNS, since clusters want that. */
export function jobId(name: string, now: Date): string {
  const stamp = now.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
  const plain = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .slice(0, 32);
  return `${/^[a-z]/.test(plain) ? plain : `run-${plain}`.replace(/-$/, '')}-${stamp}`;
}

const recordFile = (folder: string): string => path.join(folder, 'job.json');

export async function writeJobFile(folder: string, name: string, text: string): Promise<void> {
  await makeFolder(folder);
  await atomicWrite(path.join(folder, name), text);
}

export async function writeJob({ folder, record }: Job): Promise<void> {
  await writeJobFile(folder, 'job.json', `${JSON.stringify(record, null, 2)}\n`);
}

/** All jobs that were submitted from a working folder, oldest first. */
export async function listJobs(cwd: string): Promise<Job[]> {
  const ids = await readdir(path.join(cwd, JOBS)).catch((): string[] => []);
  const found = await Promise.all(ids.map((id) => readJob(cwd, id)));
  return found
    .filter((one) => one !== null)
    .sort((a, b) => a.record.since.localeCompare(b.record.since));
}

async function readJob(cwd: string, id: string): Promise<Job | null> {
  const folder = path.join(cwd, JOBS, id);
  const text = await readFile(recordFile(folder), 'utf8').catch(() => null);
  // One that was refused has no record.
  if (text === null) return null;
  try {
    return { id, folder, cwd, record: recordSchema.parse(JSON.parse(text)) };
  } catch (cause) {
    throw new DeepCoderError(
      'job-record',
      `${recordFile(folder)}: is damaged or of another version; end the job with the cluster's own tools, then delete this file`,
      { exitCode: 3, cause },
    );
  }
}

/** The job of an id, of a run's name (the newest), or `latest`. */
export async function findJob(cwd: string, name: string): Promise<Job> {
  const jobs = await listJobs(cwd);
  const chosen =
    jobs.find(({ id }) => id === name) ??
    jobs.findLast(({ record }) => name === 'latest' || record.name === name);
  if (chosen !== undefined) return chosen;
  const near = nearest(
    name,
    jobs.map(({ id }) => id),
  );
  const cure =
    jobs.length === 0
      ? 'none was submitted from this folder; start one with deepcoder train CONFIG --on TARGET'
      : near === undefined
        ? 'name one that deepcoder jobs lists, or latest'
        : `did you mean ${near}?`;
  throw new DeepCoderError('job-unknown', `job ${name}: not found; ${cure}`, { exitCode: 3 });
}
