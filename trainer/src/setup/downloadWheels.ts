import type { Pip } from './findPip.ts';
import { lastLines } from '../disk/logEnd.ts';
import { runProgram } from './runProgram.ts';
import { setupError } from './setupError.ts';

/**
 * Downloads wheels of the Python registry into a folder, without what they ask for.
 *
 * @param to.instead what the user can give where the registry is not reached
 */
export async function downloadWheels(
  pip: Pip,
  to: { wheels: string; platformTag: string; instead: string },
  requirements: readonly string[],
): Promise<void> {
  const result = await runProgram(pip.python, [
    ...['-m', 'pip', 'download', '--quiet', '--no-deps', '--only-binary=:all:'],
    ...['--python-version', '3.12', '--dest', to.wheels],
    ...acceptedTags(to.platformTag).flatMap((tag) => ['--platform', tag]),
    ...requirements,
  ]);
  if (result.code === 0) return;
  throw setupError(
    'wheel-download',
    `pip could not download ${requirements.join(' ')}; check the network (pip's own settings apply), or give ${to.instead}:\n${lastLines(result.output)}`,
  );
}

/** A manylinux tag names the oldest C library; pip takes the older ones only when they are listed. */
function acceptedTags(platformTag: string): string[] {
  const [, newest, architecture] = /^manylinux_2_(\d+)_(.*)$/.exec(platformTag) ?? [];
  if (newest === undefined || architecture === undefined) return [platformTag];
  const minors = Array.from({ length: Number(newest) - 4 }, (_, index) => Number(newest) - index);
  const legacy = [`manylinux2014_${architecture}`, `linux_${architecture}`];
  return [...minors.map((minor) => `manylinux_2_${minor}_${architecture}`), ...legacy];
}
