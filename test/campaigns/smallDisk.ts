import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A file system in memory that has no more room than it is told. */
export interface SmallDisk {
  folder: string;
  makeRoom: () => void;
  remove: () => void;
}

/** Why there are none here; null: there are. */
export function smallDiskRefusal(): string | null {
  const folder = mkdtempSync(path.join(tmpdir(), 'dc-disk-'));
  try {
    mountSmallDisk(path.join(folder, 'disk'), { size: '64k', files: 10 }).remove();
    return null;
  } catch (error) {
    const [reason = ''] = String(error).split('\n');
    return `no small disk can be mounted (root can, on Linux): ${reason}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export function mountSmallDisk(
  folder: string,
  { size, files }: { size: string; files: number },
): SmallDisk {
  mkdirSync(folder, { recursive: true });
  const mount = (options: string): void => {
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'deepcoder-campaign', folder], {
      stdio: 'pipe',
    });
  };
  mount(`size=${size},nr_inodes=${String(files)}`);
  return {
    folder,
    makeRoom: () => {
      mount('remount,size=512m,nr_inodes=0');
    },
    remove: () => {
      execFileSync('umount', [folder], { stdio: 'pipe' });
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
