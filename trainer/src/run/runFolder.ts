import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { DeepCoderError } from '@deepcoder/config';
import { makeFolder } from '../disk/makeFolder.ts';

/** Makes `<dir>/<name>-<time>/` and its parents, and returns its path. `now` gives the time, in UTC. */
export async function createRunFolder(dir: string, name: string, now: Date): Promise<string> {
  try {
    await makeFolder(dir);
    return await createFirstFree(path.join(dir, `${name}-${timeText(now)}`));
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    throw new DeepCoderError(
      'run/not-writable',
      `run folder in ${dir}: cannot be made (${code || message}); check the permissions or set run.dir`,
      { exitCode: 3, cause: error },
    );
  }
}

/** Two runs may begin in one second; the second one gets a number. */
async function createFirstFree(folder: string): Promise<string> {
  for (let n = 1; ; n++) {
    const candidate = n === 1 ? folder : `${folder}-${n}`;
    try {
      await mkdir(candidate);
      return candidate;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

function timeText(now: Date): string {
  return now.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
}
