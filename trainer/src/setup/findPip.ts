import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from './runProgram.ts';
import { setupError } from './setupError.ts';

/** A Python that has pip; pip is only used to download, nothing is installed into it. */
export interface Pip {
  python: string;
}

/** The system's Python with pip, else one in an environment of our own in the cache. */
export async function findPip(cache: string, log: (line: string) => void): Promise<Pip> {
  const own = join(cache, 'python', 'bin', 'python');
  const candidates = existsSync(own) ? [own, 'python3', 'python'] : ['python3', 'python'];
  const pythons: string[] = [];
  for (const python of candidates) {
    if ((await runProgram(python, ['-m', 'pip', '--version'])).code === 0) return { python };
    if ((await runProgram(python, ['-c', 'import zipfile'])).code === 0) pythons.push(python);
  }
  const [python] = pythons;
  if (python === undefined) {
    throw setupError(
      'no-python',
      `no Python 3 (tried ${candidates.join(', ')}), which downloads libtensorflow; install it with pip (Debian: apt install python3-pip), or give --libtensorflow DIR`,
    );
  }
  log(`    ${python} has no pip; making an environment that has`);
  const made = await runProgram(python, ['-m', 'venv', join(cache, 'python')]);
  if (made.code === 0) return { python: own };
  throw setupError(
    'no-pip',
    `${python} has neither pip nor venv, and one of them downloads libtensorflow; install pip (Debian: apt install python3-pip), or give --libtensorflow DIR`,
  );
}
