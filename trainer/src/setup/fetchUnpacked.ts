import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { lastLines } from '../disk/logEnd.ts';
import { downloadWheels } from './downloadWheels.ts';
import type { Pip } from './findPip.ts';
import { runProgram } from './runProgram.ts';
import { setupError } from './setupError.ts';

interface Wheels {
  requirements: readonly string[];
  platformTag: string;
  /** What the user can give where the registry is not reached. */
  instead: string;
  /** A program of Python that is given the folder of the wheels and the one to unpack into. */
  unpack: string;
}

/** What is wanted of some wheels, in a folder that appears whole. Python reads the archives: it is there with pip. */
export async function fetchUnpacked(
  pip: Pip,
  target: string,
  { requirements, platformTag, instead, unpack }: Wheels,
): Promise<void> {
  const work = `${target}.${process.pid}`;
  try {
    const wheels = join(work, 'wheels');
    mkdirSync(wheels, { recursive: true });
    await downloadWheels(pip, { wheels, platformTag, instead }, requirements);
    const unpacked = join(work, 'unpacked');
    const result = await runProgram(pip.python, ['-c', unpack, wheels, unpacked]);
    if (result.code !== 0) {
      const why = `the wheels could not be unpacked into ${unpacked}; is the disk full?`;
      throw setupError('wheel-unpack', `${why}\n${lastLines(result.output)}`);
    }
    if (!existsSync(target)) renameSync(unpacked, target);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
