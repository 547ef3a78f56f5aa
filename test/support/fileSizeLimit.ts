import { spawnSync } from 'node:child_process';

/** A disk that fills up, for one process: how large a file of it may grow. Other processes keep theirs. */
const PROGRAM = 'prlimit';

/** Whether the limit can be set on this machine (Linux with util-linux). */
export function canLimitFileSize(): boolean {
  return spawnSync(PROGRAM, ['--version']).status === 0;
}

/** Runs `work` while no file of this process may grow past `bytes`: writes then fail with EFBIG. */
export async function withFileSizeLimit(bytes: number, work: () => Promise<void>): Promise<void> {
  limit(`${bytes}:`);
  try {
    await work();
  } finally {
    limit('unlimited:');
  }
}

/** The soft limit only, which can be raised again. */
function limit(size: string): void {
  const { status, stderr } = spawnSync(PROGRAM, ['--pid', String(process.pid), `--fsize=${size}`]);
  if (status !== 0) throw new Error(`${PROGRAM}: ${stderr.toString()}`);
}
