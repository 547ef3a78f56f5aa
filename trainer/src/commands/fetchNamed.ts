import { fetchDataset } from '../hub/fetchDataset.ts';
import { fetchModel, type NamedModel, namedModels } from '../hub/fetchModel.ts';
import { hubSettings } from '../hub/hubSettings.ts';
import type { Progress } from '../run/progress.ts';
import type { Cli } from './cli.ts';
import { loadRunConfig, type RunConfig } from './loadRunConfig.ts';

interface Watched {
  progress: Progress;
  signal: AbortSignal;
}

/**
 * Fetches what a config names on the Hub and this machine lacks. Every such name is pinned to the commit that
 * was taken, so that a run stays what it is when the Hub's branch moves on.
 */
export async function fetchNamed(
  { cwd, env }: Pick<Cli, 'cwd' | 'env'>,
  loaded: RunConfig,
  watched: Watched,
): Promise<RunConfig> {
  const pins: string[] = [];
  for (const named of namedModels(loaded.config)) {
    const pinned = await fetchOne({ cwd, env }, named, watched);
    if (pinned !== named.text) pins.push(`${named.key}=${pinned}`);
  }
  for (const key of ['train', 'eval'] as const) {
    const patterns = loaded.config.data[key];
    if (!Array.isArray(patterns)) continue;
    const pinned = await fetchData({ env }, patterns, watched);
    if (pinned.some((one, i) => one !== patterns[i])) {
      pins.push(`data.${key}=${JSON.stringify(pinned)}`);
    }
  }
  if (pins.length === 0) return loaded;
  const { request } = loaded;
  return loadRunConfig({ ...request, set: [...(request.set ?? []), ...pins] });
}

async function fetchData(
  { env }: Pick<Cli, 'env'>,
  patterns: readonly string[],
  watched: Watched,
): Promise<string[]> {
  const pinned: string[] = [];
  for (const pattern of patterns) {
    pinned.push(await fetchDataset(pattern, { env, hub: await hubSettings(env), ...watched }));
  }
  return pinned;
}

/** The same for one model, as an option may name it. */
export async function fetchOne(
  { cwd, env }: Pick<Cli, 'cwd' | 'env'>,
  named: NamedModel,
  watched: Watched,
): Promise<string> {
  return fetchModel(named, { cwd, env, hub: await hubSettings(env), ...watched });
}
