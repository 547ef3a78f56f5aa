import { setTimeout } from 'node:timers/promises';
import { processStart } from '@deepcoder/trainer-protocol/node';
import { type ManagedTeacher, removeRecord, type TeacherRecord } from './teacherFolder.ts';

/** What a server gets to end in order before it is killed. */
const PATIENCE_MS = 30_000;

/**
 * Ends the server that was started, with all its processes; one that has ended already is only forgotten. Its log
 * stays.
 */
export async function stopTeacher({ folder, record, isAlive }: ManagedTeacher): Promise<void> {
  if (isAlive) await endGroup(record);
  await removeRecord(folder);
}

export async function endGroup(
  record: Pick<TeacherRecord, 'pid' | 'started'>,
  patienceMs = PATIENCE_MS,
): Promise<void> {
  const until = performance.now() + patienceMs;
  signalGroup(record.pid, 'SIGTERM');
  while (processStart(record.pid) === record.started) {
    if (performance.now() > until) {
      signalGroup(record.pid, 'SIGKILL');
      return;
    }
    await setTimeout(100);
  }
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    // It was made the leader of a group of its own; Windows has none.
    process.kill(process.platform === 'win32' ? pid : -pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
