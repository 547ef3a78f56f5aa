import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { DeepCoderError } from '@deepcoder/config';
import { systemCode } from '../disk/systemCode.ts';
import { pause } from '../http/attempts.ts';
import { remoteBytes, type RemoteFile, type RepoAt } from './hubClient.ts';
import { hubError } from './hubError.ts';
import type { HubSettings } from './hubSettings.ts';

interface BlobRequest {
  at: RepoAt;
  file: RemoteFile;
  /** Where the file is to be; until it is whole it lies in `<blob>.incomplete`. */
  blob: string;
  signal?: AbortSignal | undefined;
  /** Bytes of the file that are on the disk. */
  onBytes: (bytes: number) => void;
}

/** How often a cut connection is opened again without a byte having come. */
const FRUITLESS = 4;

/**
 * Downloads a file into the cache. What an earlier attempt left is gone on with; the whole is checked
 * against the hash that the Hub names before it takes its place.
 */
export async function downloadBlob(hub: HubSettings, request: BlobRequest): Promise<void> {
  const { file, blob, at } = request;
  const incomplete = `${blob}.incomplete`;
  const began = await sizeOf(incomplete);
  if (began > file.bytes) await rm(incomplete);
  try {
    await fetchRest(hub, request, incomplete);
    if ((await hashOf(incomplete, file)) !== file.hash) {
      await rm(incomplete);
      // A part that another program left may be of something else: once more from the start.
      if (began > 0) {
        await downloadBlob(hub, request);
        return;
      }
      throw hubError(
        'hub-hash',
        `${at.repo}/${file.path}: what came has another hash than the Hub names (${file.hash}); try again, and look at proxies in between if it stays so`,
      );
    }
    await rename(incomplete, blob);
  } catch (error) {
    throw diskTrouble(error, request);
  }
}

/** Appends until all bytes are there. */
async function fetchRest(hub: HubSettings, request: BlobRequest, into: string): Promise<void> {
  const { file, at, signal } = request;
  let fruitless = 0;
  for (let have = await sizeOf(into); have < file.bytes;) {
    const before = have;
    let cause: unknown;
    try {
      await append(hub, { ...request, start: have }, into);
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof DeepCoderError || systemCode(error) !== undefined) throw error;
      cause = error;
    }
    have = await sizeOf(into);
    if (have >= file.bytes) return;
    fruitless = have > before ? 0 : fruitless + 1;
    if (fruitless >= FRUITLESS) {
      throw hubError(
        'hub-cut',
        `${at.repo}/${file.path}: the connection was cut ${fruitless} times at byte ${have} of ${file.bytes}; run it again, it goes on from there`,
        cause,
      );
    }
    await pause(hub.retryPauseMs * 2 ** fruitless, signal);
  }
}

async function append(
  hub: HubSettings,
  { at, file, start, onBytes, signal }: BlobRequest & { start: number },
  into: string,
): Promise<void> {
  const chunks = remoteBytes(hub, { ...at, file, start }, signal);
  const handle = await open(into, 'a');
  try {
    let have = start;
    for await (const chunk of chunks) {
      signal?.throwIfAborted();
      await writeAll(handle, chunk.subarray(0, file.bytes - have));
      have = Math.min(file.bytes, have + chunk.length);
      onBytes(have);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function writeAll(handle: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let done = 0; done < chunk.length;) {
    done += (await handle.write(chunk, done)).bytesWritten;
  }
}

/** As the Hub names files: SHA-256 where Git LFS keeps them, else Git's own SHA-1 of a blob. */
async function hashOf(path: string, { hash, bytes }: RemoteFile): Promise<string> {
  const hasher: Hash = hash.length === 64 ? createHash('sha256') : createHash('sha1');
  if (hash.length !== 64) hasher.update(`blob ${bytes}\0`);
  await pipeline(createReadStream(path), hasher);
  return hasher.digest('hex');
}

async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => null))?.size ?? 0;
}

const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
const FORBIDDEN = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR']);

function diskTrouble(error: unknown, { blob, file, at }: BlobRequest): unknown {
  const code = systemCode(error) ?? '';
  const what = `${at.repo}/${file.path}`;
  if (FULL.has(code)) {
    return hubError(
      'hub-disk-full',
      `${what}: the disk is full (${code}); free space or set HF_HUB_CACHE to another disk, then run it again: it goes on from there`,
      error,
    );
  }
  if (FORBIDDEN.has(code)) {
    return hubError(
      'hub-not-writable',
      `${what}: ${blob} cannot be written (${code}); check the folder's permissions, or set HF_HUB_CACHE`,
      error,
    );
  }
  return error;
}
