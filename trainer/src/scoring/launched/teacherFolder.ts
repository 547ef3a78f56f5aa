import { createHash } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { type Config, DeepCoderError } from '@deepcoder/config';
import { processStart } from '@deepcoder/trainer-protocol/node';
import { z } from 'zod';
import { atomicWrite } from '../../disk/atomicWrite.ts';
import { makeFolder } from '../../disk/makeFolder.ts';

const recordSchema = z.object({
  version: z.literal(1),
  /** Of the model, for lists. */
  model: z.string(),
  type: z.enum(['sglang', 'vllm']),
  host: z.string().nullable(),
  url: z.url(),
  /** Of the program that was started here, which leads a process group. */
  pid: z.int().positive(),
  /** When it began, as `processStart` tells it. */
  started: z.string(),
  since: z.string(),
  batchTokens: z.int().positive().nullable(),
});

/** A server that was started from here. */
export type TeacherRecord = z.infer<typeof recordSchema>;

export interface ManagedTeacher {
  name: string;
  folder: string;
  record: TeacherRecord;
  /** Whether the program that was started still runs. */
  isAlive: boolean;
}

/** Where a workspace keeps what it knows of the servers that it has started. */
const TEACHERS = path.join('.deepcoder', 'teachers');

/** Servers of one name are one: what is served, by what, where. */
export function teacherName({ teacher }: Pick<Config, 'teacher'>): string {
  const { type, model, launch } = teacher;
  const short = (model ?? 'teacher')
    .split(/[/\\]/)
    .at(-1)!
    .replace(/[^\w.-]/g, '-');
  const hash = createHash('sha256')
    .update(JSON.stringify([type, model, launch]))
    .digest('hex');
  return `${short}-${hash.slice(0, 6)}`;
}

export function teacherFolder(cwd: string, name: string): string {
  return path.join(cwd, TEACHERS, name);
}

export const logFile = (folder: string): string => path.join(folder, 'server.log');
const keyFile = (folder: string): string => path.join(folder, 'key');
const recordFile = (folder: string): string => path.join(folder, 'teacher.json');

export async function writeRecord(folder: string, record: TeacherRecord): Promise<void> {
  await atomicWrite(recordFile(folder), `${JSON.stringify(record, null, 2)}\n`);
}

export async function removeRecord(folder: string): Promise<void> {
  await rm(recordFile(folder), { force: true });
  await rm(keyFile(folder), { force: true });
}

/** For this user's eyes alone. */
export async function writeKey(folder: string, key: string): Promise<void> {
  await makeFolder(folder);
  await atomicWrite(keyFile(folder), key, { mode: 0o600 });
}

export async function readKey(folder: string): Promise<string> {
  return readFile(keyFile(folder), 'utf8');
}

/** What was started under a name; null where nothing was, or it has been stopped. */
export async function findTeacher(cwd: string, name: string): Promise<ManagedTeacher | null> {
  const folder = teacherFolder(cwd, name);
  let text: string;
  try {
    text = await readFile(recordFile(folder), 'utf8');
  } catch {
    return null;
  }
  const record = readRecord(text, folder);
  return { name, folder, record, isAlive: processStart(record.pid) === record.started };
}

function readRecord(text: string, folder: string): TeacherRecord {
  try {
    return recordSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new DeepCoderError(
      'teacher-record',
      `${recordFile(folder)}: is damaged or of another version; end the server yourself, then delete this file`,
      { exitCode: 3, cause },
    );
  }
}

/** All that were started from a working folder and not stopped since, by name. */
export async function listTeachers(cwd: string): Promise<ManagedTeacher[]> {
  const names = await readdir(path.join(cwd, TEACHERS)).catch(() => []);
  const found = await Promise.all(names.sort().map((name) => findTeacher(cwd, name)));
  return found.filter((one) => one !== null);
}
