import { open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { diskError } from './diskError.ts';

let count = 0;

/**
 * Replaces a file so that a reader, also after a crash or a power cut, finds the earlier content or
 * the new one and never a part: written under a temporary name beside it, synced, renamed. Throws a
 * DeepCoderError when the disk is full or not writable; the earlier content is then intact.
 */
export async function atomicWrite(
  file: string,
  content: string | Uint8Array,
  { mode }: { mode?: number } = {},
): Promise<void> {
  const folder = path.dirname(file);
  const temporary = path.join(folder, `.${path.basename(file)}.${process.pid}.${count++}.tmp`);
  try {
    const handle = await open(temporary, 'wx', mode);
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await renameOver(temporary, file);
  } catch (error) {
    // Failing to clean up must not hide why it failed.
    await rm(temporary, { force: true }).catch(() => undefined);
    throw diskError(file, error);
  }
  await syncFolder(folder);
}

/** Windows refuses to replace a file while a reader has it open; readers are quick, so try again. */
async function renameOver(from: string, to: string, triesLeft = 20): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const busy =
      process.platform === 'win32' && (code === 'EPERM' || code === 'EACCES' || code === 'EBUSY');
    if (!busy || triesLeft === 0) throw error;
    await new Promise((resolve) => setTimeout(resolve, 25));
    await renameOver(from, to, triesLeft - 1);
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
