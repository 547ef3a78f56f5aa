import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { RunInfo } from '@deepcoder/server-protocol';
import { isLive, type StartOf } from '@deepcoder/trainer-protocol/node';
import { readRunInfo } from './runInfo.ts';

/** Runs that are new or have changed, and folders that are gone. */
export interface RunNews {
  runs: RunInfo[];
  removed: string[];
}

export interface RunWatcher {
  /** Everything that is known after a look, oldest first. */
  list: () => Promise<RunInfo[]>;
  /** What has changed since the last look. */
  look: () => Promise<RunNews>;
  /** Reads one run anew, also one that lies elsewhere; it is watched from now on. */
  refresh: (folder: string) => Promise<RunInfo>;
}

interface Known {
  info: RunInfo;
  /** Changes with `run.json`. */
  stamp: string;
  /** What the last look or list has told of it, as JSON. */
  told: string | null;
}

/** Ended runs that are looked at in one look; with more, one part after the other. */
const ENDED_AT_ONCE = 200;

/** Watches the run folders below some folders, and single ones elsewhere. */
export function createRunWatcher(dirs: () => readonly string[], startOf?: StartOf): RunWatcher {
  const known = new Map<string, Known>();
  const elsewhere = new Set<string>();
  let turn = 0;

  const read = async (folder: string, stamp: string): Promise<RunInfo> => {
    const info = await readRunInfo(folder, startOf);
    known.set(folder, { info, stamp, told: known.get(folder)?.told ?? null });
    return info;
  };
  const due = (folders: readonly string[]): string[] => {
    const isWorking = (folder: string): boolean => {
      const found = known.get(folder);
      return found === undefined || isLiveInfo(found.info);
    };
    const ended = folders.filter((folder) => !isWorking(folder));
    const from = ended.length <= ENDED_AT_ONCE ? 0 : (turn++ * ENDED_AT_ONCE) % ended.length;
    return [...folders.filter(isWorking), ...ended.slice(from, from + ENDED_AT_ONCE)];
  };
  const look = async (): Promise<RunNews> => {
    const folders = [...new Set([...(await runFolders(dirs())), ...elsewhere])];
    const gone = new Set([...known.keys()].filter((folder) => !folders.includes(folder)));
    for (const folder of due(folders)) {
      const stamp = await stampOf(folder);
      if (stamp === null) {
        if (known.has(folder)) gone.add(folder);
        elsewhere.delete(folder);
        continue;
      }
      const before = known.get(folder);
      if (before !== undefined && before.stamp === stamp && !isLiveInfo(before.info)) continue;
      await read(folder, stamp);
    }
    for (const folder of gone) known.delete(folder);
    return { runs: untold(), removed: [...gone] };
  };
  const untold = (): RunInfo[] =>
    [...known.values()].flatMap((one) => {
      const json = JSON.stringify(one.info);
      if (json === one.told) return [];
      one.told = json;
      return [one.info];
    });
  return {
    look,
    list: async () => {
      await look();
      return [...known.values()].map(({ info }) => info).sort(byStart);
    },
    refresh: async (folder) => {
      elsewhere.add(folder);
      return read(folder, (await stampOf(folder)) ?? '');
    },
  };
}

/** True while the run's process is there. */
export function isLiveInfo({ status }: Pick<RunInfo, 'status'>): boolean {
  return status !== 'unreadable' && isLive(status);
}

async function runFolders(dirs: readonly string[]): Promise<string[]> {
  const lists = await Promise.all(
    dirs.map(async (dir) => {
      const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
      return entries
        .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
        .map(({ name }) => path.join(dir, name));
    }),
  );
  return lists.flat();
}

async function stampOf(folder: string): Promise<string | null> {
  const found = await stat(path.join(folder, 'run.json')).catch(() => null);
  return found && `${found.mtimeMs}:${found.size}:${found.ino}`;
}

function byStart(a: RunInfo, b: RunInfo): number {
  return (a.startedAt ?? '').localeCompare(b.startedAt ?? '');
}
