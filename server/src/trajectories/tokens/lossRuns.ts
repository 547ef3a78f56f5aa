import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { type Config, runTokenizerPlace } from '@deepcoder/config';
import { lossRunsRequest } from '@deepcoder/server-protocol';
import { findModel } from '@deepcoder/trainer-protocol/node';
import { configFolder } from '../../configs/configFolder.ts';
import type { ServerContext } from '../../lsp/context.ts';
import { onCustomRequest } from '../../lsp/onCustomRequest.ts';
import { findTrainerProgram, programRoot } from '../../trainerService/trainerProgram.ts';
import type { NearestConfigs } from '../configInForce/nearestConfig.ts';

/** Says which runs have a student that reads a file's tokens as its config does. */
export function serveLossRuns(context: ServerContext, configs: NearestConfigs): void {
  onCustomRequest(context.connection, lossRunsRequest, async ({ uri, runs }) => {
    const inForce = await configs.load(uri);
    const wanted = inForce && (await hashOf(await tokenizerPlaces(context, inForce)));
    const hashes = await Promise.all(runs.map(async (run) => hashOf(await checkpointsOf(run))));
    const trained = runs.filter((_, index) => hashes[index] !== null);
    if (trained.length === 0) {
      return { runs: [], message: 'There is no run with a checkpoint in this workspace yet.' };
    }
    // Where the config's tokenizer cannot be read, every run's own will do.
    const fitting = runs.filter((_, index) => {
      const own = hashes[index];
      return own !== null && (wanted === null || own === wanted);
    });
    if (fitting.length > 0) return { runs: fitting, message: '' };
    const name = path.basename(inForce!.path);
    return {
      runs: [],
      message: `No run in this workspace was trained with the tokenizer of ${name}.`,
    };
  });
}

/** Folders or files, of which the first that is there counts. */
async function tokenizerPlaces(
  context: ServerContext,
  { path: file, config }: { path: string; config: Config },
): Promise<string[]> {
  const named = runTokenizerPlace(config);
  if (named === null) return [];
  const cwd = configFolder(file, context.workspaceFolders());
  const found = await findModel(named, { cwd, env: context.env, need: 'tokenizer' });
  if (found.from === 'hub') return found.path === null ? [] : [found.path];
  const program = findTrainerProgram(context.settings.current.trainer, context.env);
  const own = found.path;
  // What comes with the program is found beside it.
  return program === null ? [own] : [own, path.join(programRoot(program.file), named)];
}

/** Where a run's checkpoints are: the best one, then the newest. */
async function checkpointsOf(run: string): Promise<string[]> {
  const folder = path.join(run, 'checkpoints');
  const names = await readdir(folder).catch((): string[] => []);
  const steps = names.filter((name) => /^step-\d{6,}$/.test(name)).map((name) => name.slice(5));
  const newest = steps.sort((a, b) => Number(b) - Number(a))[0];
  const best = path.join(run, 'best');
  return newest === undefined ? [best] : [best, path.join(folder, `step-${newest}`)];
}

/** Of the contents of the first `tokenizer.json` that is there; checkpoints hold a copy of it. */
async function hashOf(places: readonly string[]): Promise<string | null> {
  for (const place of places) {
    const file = place.endsWith('.json') ? place : path.join(place, 'tokenizer.json');
    const bytes = await readFile(file).catch(() => null);
    if (bytes !== null) return createHash('sha1').update(bytes).digest('hex');
  }
  return null;
}
