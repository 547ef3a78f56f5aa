import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const PACKAGES = [
  ...['slurm-client', 'slurmd', 'slurmctld', 'slurm-wlm-basic-plugins', 'munge'],
  ...['libmunge2', 'libpmi2-0', 'libhwloc15', 'liblua5.1-0', 'rsync', 'libpopt0'],
  ...['openssh-server', 'libwrap0', 'libnss-wrapper'],
];

/**
 * Debian's packages, unpacked beside the user's cache and run from there: nothing is installed, and no account but
 * this one is needed.
 */
export async function debianPrograms(): Promise<{ root: string } | { reason: string }> {
  const cache = process.env['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache');
  const name = createHash('sha256').update(PACKAGES.join()).digest('hex').slice(0, 8);
  const folder = path.join(cache, 'deepcoder-tests', `debian-${name}`);
  const root = path.join(folder, 'root');
  if (existsSync(path.join(folder, 'complete'))) return { root };
  try {
    rmSync(folder, { recursive: true, force: true });
    const lists = path.join(folder, 'lists');
    mkdirSync(path.join(lists, 'partial'), { recursive: true });
    const own = ['-o', `Dir::State::lists=${lists}`, '-o', 'APT::Sandbox::User='];
    const cwd = folder;
    await run('apt-get', [...own, '-o', 'Acquire::Retries=1', 'update'], { timeout: 120_000 });
    await run('apt-get', [...own, 'download', ...PACKAGES], { cwd, timeout: 120_000 });
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.deb')))
      await run('dpkg', ['-x', file, root], { cwd });
    rmSync(lists, { recursive: true });
    symlinkSync('slurmstepd-wlm', path.join(root, 'usr/sbin/slurmstepd'));
    writeFileSync(path.join(folder, 'complete'), '');
    return { root };
  } catch (error) {
    const { message } = error as Error;
    return { reason: `Debian's packages cannot be had: ${message.split('\n')[0]!}` };
  }
}
