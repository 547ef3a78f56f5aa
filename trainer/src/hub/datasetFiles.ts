import { stat } from 'node:fs/promises';
import path from 'node:path';
import { DeepCoderError } from '@deepcoder/config';
import {
  datasetAddressText,
  type HubName,
  MODEL_NOT_FETCHED,
  parseDatasetAddress,
} from '@deepcoder/trainer-protocol';
import {
  cachedCommit,
  type Env,
  hubCacheFolder,
  repoFolder,
  snapshotFolder,
} from '@deepcoder/trainer-protocol/node';
import { glob, isDynamicPattern } from 'tinyglobby';

/** A file of a data set; `source` is how messages and samples name it, whatever the revision. */
interface DatasetFile {
  path: string;
  source: string;
}

/** The files in the Hub's cache that `hf://datasets/OWNER/NAME[@REVISION]/PATH` means, in a fixed order. */
export async function datasetFiles(address: string, env: Env): Promise<DatasetFile[]> {
  const files = await cachedFiles(datasetName(address), env);
  if (files.length > 0) return files;
  throw new DeepCoderError(
    MODEL_NOT_FETCHED,
    `data: ${address} is not in the Hub's cache (${hubCacheFolder(env)}); a run fetches it first`,
    { exitCode: 3 },
  );
}

/** Throws where the address is written wrongly. */
export function datasetName(address: string): HubName & { file: string } {
  const name = parseDatasetAddress(address);
  if (name?.file != null) return { ...name, file: name.file };
  throw new DeepCoderError(
    'data-address',
    `data: ${address} is no address on the Hub; write hf://datasets/OWNER/NAME/PATH or hf://datasets/OWNER/NAME@REVISION/PATH, where PATH may be a glob`,
    { exitCode: 2 },
  );
}

/** Those that are there of a data set; none where nothing was fetched yet. */
export async function cachedFiles(
  { repo, revision, file }: HubName & { file: string },
  env: Env,
): Promise<DatasetFile[]> {
  const folder = repoFolder(hubCacheFolder(env), 'dataset', repo);
  const commit = await cachedCommit(folder, revision);
  if (commit === null) return [];
  const snapshot = snapshotFolder(folder, commit);
  const names = isDynamicPattern(file) ? await glob(file, { cwd: snapshot }) : [file];
  const found: DatasetFile[] = [];
  for (const name of names.sort()) {
    const own = path.join(snapshot, name);
    const source = datasetAddressText({ repo, revision: null, file: name });
    if ((await stat(own).catch(() => null))?.isFile() === true) found.push({ path: own, source });
  }
  return found;
}
