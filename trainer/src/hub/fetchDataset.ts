import { datasetAddressText, isCommit, isHubAddress } from '@deepcoder/trainer-protocol';
import { type Env, MAIN } from '@deepcoder/trainer-protocol/node';
import { isDynamicPattern } from 'tinyglobby';
import { cachedFiles, datasetName } from './datasetFiles.ts';
import { type FetchOptions, planText } from './fetchModel.ts';
import { type FetchPlan, fetchPlan, planFetch } from './fetchRepo.ts';
import type { RemoteFile, RepoAt } from './hubClient.ts';
import { hubError } from './hubError.ts';

/**
 * Fetches what an address in `data.train` or `data.eval` means on the Hub. The Hub is asked what a branch or a glob
 * stands for; offline, what is in the cache counts.
 *
 * @returns the address pinned to the commit that was taken; the text itself where it is no address on the Hub
 */
export async function fetchDataset(
  text: string,
  { env, hub, progress, signal }: FetchOptions & { env: Env },
): Promise<string> {
  if (!isHubAddress(text)) return text;
  const name = datasetName(text);
  const cached = await cachedFiles(name, env);
  const isSettled = isCommit(name.revision ?? '') && !isDynamicPattern(name.file);
  if (cached.length > 0 && (isSettled || hub.isOffline)) return text;
  const plan = await planDataset(text, { hub, signal });
  if (plan.missing.length > 0) progress.say(`data: ${planText(plan)}`);
  await fetchPlan(hub, plan, { progress, signal });
  return datasetAddressText({ ...name, revision: plan.commit });
}

/** What would be downloaded for an address. */
export function planDataset(
  address: string,
  { hub, signal }: Omit<FetchOptions, 'progress'>,
): Promise<FetchPlan> {
  const { repo, revision, file } = datasetName(address);
  const at: RepoAt = { kind: 'dataset', repo, revision: revision ?? MAIN };
  return planFetch(hub, at, { choose: (files) => matching(address, file, files), signal });
}

function matching(address: string, wanted: string, files: RemoteFile[]): RemoteFile[] {
  const pattern = isDynamicPattern(wanted) ? globPattern(wanted) : null;
  const found = files.filter(({ path }) => pattern?.test(path) ?? path === wanted);
  if (found.length > 0) return found;
  const names = files.slice(0, LISTED).map(({ path }) => path);
  throw hubError(
    'hub-not-found',
    `data: no file of the data set matches ${address}; there is ${names.join(', ')}${files.length > LISTED ? ', ...' : ''}`,
  );
}

const LISTED = 8;

/** `**` any folders, `*` and `?` within a name, `{a,b}` one of them; as `tinyglobby` reads them on the disk. */
function globPattern(text: string): RegExp {
  const source = text.replace(/\*\*\/|\*\*|[*?{},]|[.+^$()|[\]\\]/g, (found) => {
    switch (found) {
      case '**/':
        return '(?:.*/)?';
      case '**':
        return '.*';
      case '*':
        return '[^/]*';
      case '?':
        return '[^/]';
      case '{':
        return '(?:';
      case '}':
        return ')';
      case ',':
        return '|';
      default:
        return `\\${found}`;
    }
  });
  return new RegExp(`^${source}$`);
}
