import { open, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DeepCoderError } from '@deepcoder/config';
import { diskError } from './diskError.ts';
import { makeFolder } from './makeFolder.ts';
import { systemCode } from './systemCode.ts';

/**
 * Fills a folder under the name `<folder>.writing`, syncs it and renames it, so that `folder` is either
 * absent, the earlier one or the whole new one. An earlier one is moved to `<folder>.previous` for the
 * moment between two renames. Readers look there too (`standingFolder`) and never rename; `healFolder` is for
 * the folder's owner, and brings it back when the program died there.
 *
 * `existing: 'refuse'` (for folders that a user names) throws when `folder` holds anything.
 * When the disk is full or not writable the partial folder is removed and a DeepCoderError says so.
 */
export async function writeFolderAtomically(
  folder: string,
  fill: (writingFolder: string) => Promise<void>,
  { existing = 'refuse' }: { existing?: 'refuse' | 'replace' } = {},
): Promise<void> {
  const writing = `${folder}.writing`;
  try {
    await healFolder(folder);
    if (existing === 'refuse') await refuseFilled(folder);
    await rm(writing, { recursive: true, force: true });
    await makeFolder(writing);
    await fill(writing);
    await syncFiles(writing);
    await swapIn(writing, folder);
  } catch (error) {
    // Failing to clean up must not hide why it failed.
    await rm(writing, { recursive: true, force: true }).catch(() => undefined);
    throw diskError(`checkpoint ${folder} was not written, what was there before is intact`, error);
  }
}

/** For the owner alone: puts a folder back that was moved aside by a replacement that never ended. */
export async function healFolder(folder: string): Promise<void> {
  if ((await exists(folder)) || !(await exists(`${folder}.previous`))) return;
  await rename(`${folder}.previous`, folder);
}

/**
 * Where a reader finds a folder's content: `folder`, or `<folder>.previous` where a replacement died between its
 * two renames. A replacement that is under way ends within moments, so this waits for it first.
 */
export async function standingFolder(folder: string): Promise<string> {
  const previous = `${folder}.previous`;
  for (let tries = 0; tries < 10; tries++) {
    if (await exists(folder)) return folder;
    if (!(await exists(previous))) return folder;
    await sleep(20);
  }
  return previous;
}

async function swapIn(writing: string, folder: string): Promise<void> {
  const previous = `${folder}.previous`;
  await rm(previous, { recursive: true, force: true });
  await moveInto(writing, folder);
  await syncFolder(path.dirname(folder));
  await rm(previous, { recursive: true, force: true });
}

/** Another program may put the earlier folder back between the two renames, or hold it open on Windows: try again. */
async function moveInto(writing: string, folder: string, triesLeft = 20): Promise<void> {
  const previous = `${folder}.previous`;
  try {
    if (await exists(folder)) await rename(folder, previous);
    await rename(writing, folder);
  } catch (error) {
    const isContended = CONTENDED.has(systemCode(error) ?? '');
    if (!isContended || triesLeft === 0) {
      await healFolder(folder);
      throw error;
    }
    await sleep(25);
    await moveInto(writing, folder, triesLeft - 1);
  }
}

/** Codes of a rename that another program's rename or open file got in the way of. */
const CONTENDED: ReadonlySet<string> = new Set(
  process.platform === 'win32'
    ? ['ENOTEMPTY', 'EEXIST', 'ENOENT', 'EPERM', 'EACCES', 'EBUSY']
    : ['ENOTEMPTY', 'EEXIST', 'ENOENT'],
);

async function refuseFilled(folder: string): Promise<void> {
  if (!(await exists(folder)) || (await readdir(folder)).length === 0) return;
  throw new DeepCoderError(
    'folder-exists',
    `checkpoint ${folder}: the folder is there and not empty; name another one or delete it first`,
    { exitCode: 3 },
  );
}

async function syncFiles(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const inside = path.join(folder, entry.name);
    if (entry.isDirectory()) await syncFiles(inside);
    else await syncFile(inside);
  }
  await syncFolder(folder);
}

async function syncFile(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function syncFolder(folder: string): Promise<void> {
  // Windows neither opens a folder nor needs it: its renames are journalled.
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function exists(file: string): Promise<boolean> {
  try {
    await (await open(file, 'r')).close();
    return true;
  } catch (error) {
    return systemCode(error) !== 'ENOENT';
  }
}
