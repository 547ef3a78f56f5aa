import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** The files of a run's checkpoints, by their path in the run's folder, with a hash of what each holds. */
export type RunContents = ReadonlyMap<string, string>;

/** They name the run that they are of. */
const OF_THE_RUN = new Set(['training_config.yaml', 'checksums.json']);

/** What has to be equal in equal runs: weights, moments, state, tokenizer of each checkpoint and of `best/`. */
export function contentsOf(run: string): RunContents {
  const contents = new Map<string, string>();
  for (const folder of ['best', ...checkpointsOf(run)])
    for (const name of namesIn(path.join(run, folder)))
      if (!OF_THE_RUN.has(name))
        contents.set(`${folder}/${name}`, hashOf(path.join(run, folder, name)));
  return contents;
}

/** Files of the best and the last checkpoint that one of the two runs lacks, and those in both that differ. */
export function differences(wanted: RunContents, found: RunContents): string[] {
  const last = [...wanted.keys()]
    .filter((file) => file.startsWith('checkpoints/'))
    .sort()
    .at(-1);
  const mustBe = (file: string): boolean =>
    file.startsWith('best/') || (last !== undefined && path.dirname(file) === path.dirname(last));
  const files = new Set([...wanted.keys(), ...found.keys()]);
  return [...files].filter((file) => {
    const [one, other] = [wanted.get(file), found.get(file)];
    if (one === undefined || other === undefined) return mustBe(file);
    return one !== other;
  });
}

/** What killed processes left in a run's folder that its end should have cleared away. */
export function leftovers(run: string): string[] {
  return [...namesIn(run), ...namesIn(path.join(run, 'checkpoints'))].filter((name) =>
    /\.(writing|previous|removing|tmp)$|\.sock$/.test(name),
  );
}

function checkpointsOf(run: string): string[] {
  return namesIn(path.join(run, 'checkpoints'))
    .filter((name) => /^step-\d+$/.test(name))
    .map((name) => `checkpoints/${name}`);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

function hashOf(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}
