import { copyFile, mkdir, rm, stat, statfs, symlink } from 'node:fs/promises';
import path from 'node:path';
import { isCommit } from '@deepcoder/trainer-protocol';
import { repoFolder, snapshotFolder } from '@deepcoder/trainer-protocol/node';
import { atomicWrite } from '../disk/atomicWrite.ts';
import { systemCode } from '../disk/systemCode.ts';
import type { Progress } from '../run/progress.ts';
import { downloadBlob } from './downloadBlob.ts';
import { type HubSettings } from './hubSettings.ts';
import { lookUpRepo, nameOf, type RemoteFile, type RepoAt } from './hubClient.ts';
import { hubError } from './hubError.ts';
import { withLock } from './withLock.ts';

/** What a repository has that is wanted here, and what of it is not in the cache yet. */
export interface FetchPlan {
  at: RepoAt;
  commit: string;
  /** The snapshot's folder in the cache. */
  folder: string;
  wanted: RemoteFile[];
  missing: RemoteFile[];
  /** To download, less what an interrupted download left. */
  bytes: number;
}

/** Asks the Hub what a repository holds now, and looks what of it is here already. */
export async function planFetch(
  hub: HubSettings,
  at: RepoAt,
  {
    choose,
    signal,
  }: { choose: (files: RemoteFile[]) => RemoteFile[]; signal?: AbortSignal | undefined },
): Promise<FetchPlan> {
  const { commit, files } = await lookUpRepo(hub, at, signal);
  const repo = repoFolder(hub.cache, at.kind, at.repo);
  const folder = snapshotFolder(repo, commit);
  const wanted = choose(files);
  const missing: RemoteFile[] = [];
  let bytes = 0;
  for (const file of wanted) {
    if ((await sizeOf(path.join(folder, file.path))) === file.bytes) continue;
    missing.push(file);
    const blob = blobOf(repo, file);
    if ((await sizeOf(blob)) === file.bytes) continue;
    bytes += file.bytes - Math.min(file.bytes, (await sizeOf(`${blob}.incomplete`)) ?? 0);
  }
  return { at, commit, folder, wanted, missing, bytes };
}

/** Downloads what a plan lacks, one file after the other; the revision is written down at the end. */
export async function fetchPlan(
  hub: HubSettings,
  plan: FetchPlan,
  { progress, signal }: { progress: Progress; signal?: AbortSignal | undefined },
): Promise<void> {
  const { at, commit, folder, missing } = plan;
  const repo = repoFolder(hub.cache, at.kind, at.repo);
  await mkdir(path.join(repo, 'blobs'), { recursive: true });
  await refuseFullDisk(hub, plan);
  const total = missing.reduce((sum, { bytes }) => sum + bytes, 0);
  let done = 0;
  for (const file of missing) {
    const blob = blobOf(repo, file);
    const onBytes = (bytes: number): void => tell(progress, file, { done: done + bytes, total });
    await withLock(`${blob}.lock`, { signal, say: progress.say }, async () => {
      if ((await sizeOf(blob)) === file.bytes) return;
      await downloadBlob(hub, { at: { ...at, revision: commit }, file, blob, signal, onBytes });
    });
    await link(blob, path.join(folder, file.path));
    done += file.bytes;
    tell(progress, file, { done, total });
  }
  if (!isCommit(at.revision)) await writeRef(path.join(repo, 'refs', at.revision), commit);
}

const MEGABYTE = 1e6;

function tell(progress: Progress, file: RemoteFile, state: { done: number; total: number }): void {
  const [done, total] = [state.done, state.total].map((bytes) => Math.ceil(bytes / MEGABYTE));
  progress.advance('fetch', { done: done ?? 0, total: total ?? 0, note: `MB ${file.path}` });
}

function blobOf(repo: string, { hash }: RemoteFile): string {
  return path.join(repo, 'blobs', hash);
}

/** Into the snapshot, as a relative link where the system makes links. */
async function link(blob: string, place: string): Promise<void> {
  await mkdir(path.dirname(place), { recursive: true });
  // A link to a blob that is gone is in the way.
  await rm(place, { force: true });
  try {
    await symlink(path.relative(path.dirname(place), blob), place);
  } catch (error) {
    if (systemCode(error) !== 'EPERM') throw error;
    await copyFile(blob, place);
  }
}

async function writeRef(file: string, commit: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await atomicWrite(file, commit);
}

async function refuseFullDisk({ cache }: HubSettings, { at, bytes }: FetchPlan): Promise<void> {
  const disk = await statfs(cache).catch(() => null);
  if (disk === null || disk.bavail * disk.bsize >= bytes) return;
  const [needed, free] = [bytes, disk.bavail * disk.bsize].map((one) => (one / 1e9).toFixed(1));
  throw hubError(
    'hub-disk-full',
    `${nameOf(at)}: needs ${needed} GB, and ${cache} has ${free} GB free; free space, or set HF_HUB_CACHE to another disk`,
  );
}

async function sizeOf(file: string): Promise<number | null> {
  return (await stat(file).catch(() => null))?.size ?? null;
}
