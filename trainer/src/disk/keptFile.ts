import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DeepCoderError } from '@deepcoder/config';

/** What is kept under a name; null where there is nothing. */
export async function readKept(file: string): Promise<Uint8Array | null> {
  return readFile(file).catch(() => null);
}

/** Writes a file whole or not at all, since several threads and programs may keep the same one. */
export async function keep(file: string, bytes: Uint8Array): Promise<void> {
  try {
    await mkdir(path.dirname(file), { recursive: true });
    const writing = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`;
    await writeFile(writing, bytes);
    await rename(writing, file);
  } catch (cause) {
    throw new DeepCoderError(
      'cache-unwritable',
      `${file} cannot be kept there; make room, or set DEEPCODER_CACHE to another folder`,
      { exitCode: 3, cause },
    );
  }
}
