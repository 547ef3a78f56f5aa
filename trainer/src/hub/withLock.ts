import { readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { systemCode } from '../disk/systemCode.ts';
import { pause } from '../http/attempts.ts';

const LOOK_EVERY_MS = 300;

/** Does work that only one of our programs may do at a time; a lock whose process is gone is taken over. */
export async function withLock(
  file: string,
  { signal, say }: { signal?: AbortSignal | undefined; say: (text: string) => void },
  work: () => Promise<void>,
): Promise<void> {
  for (let told = false; !(await take(file)); told = true) {
    if (!told) say(`another program is fetching ${file.replace(/\.lock$/, '')}; waiting for it`);
    await pause(LOOK_EVERY_MS, signal);
  }
  try {
    await work();
  } finally {
    await rm(file, { force: true });
  }
}

async function take(file: string): Promise<boolean> {
  try {
    await writeFile(file, `${process.pid} ${hostname()}`, { flag: 'wx' });
    return true;
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
  }
  const [pid, host] = (await readFile(file, 'utf8').catch(() => '')).split(' ');
  // Of a process on another machine that shares the folder nothing is known.
  if (host === hostname() && !isAlive(Number(pid))) await rm(file, { force: true });
  return false;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) === 'EPERM';
  }
}
