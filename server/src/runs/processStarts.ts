import { processStart, type StartOf } from '@deepcoder/trainer-protocol/node';

/**
 * When processes began, for being asked twice a second: where the system tells it only through another
 * program (`ps`, PowerShell), that is started once a process, and then only looked whether it lives.
 */
export function rememberStarts(
  platform = process.platform,
  startOf: StartOf = processStart,
): StartOf {
  // Two small files, and a process that has ended but was not waited for shows there only.
  if (platform === 'linux') return startOf;
  const known = new Map<number, string>();
  return (pid) => {
    const before = known.get(pid);
    if (before !== undefined && isAlive(pid)) return before;
    const start = startOf(pid);
    if (start === null) known.delete(pid);
    else known.set(pid, start);
    return start;
  };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
