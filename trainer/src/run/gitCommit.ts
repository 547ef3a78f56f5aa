import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** The commit that a folder is at, with `-dirty` where files differ from it; null outside of git. */
export async function gitCommit(folder: string): Promise<string | null> {
  const args = ['-C', folder, 'describe', '--always', '--dirty', '--abbrev=40', '--exclude=*'];
  try {
    const { stdout } = await promisify(execFile)('git', args, { timeout: 5000, windowsHide: true });
    return stdout.trim() || null;
  } catch {
    return null;
  }
}
