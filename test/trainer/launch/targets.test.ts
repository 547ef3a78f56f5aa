import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { launchSchema, readTargets } from '@deepcoder/config';
import { afterAll, describe, expect, test } from 'vitest';
import { chooseTarget } from '../../../trainer/src/launch/targets.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'targets-'));
const file = path.join(folder, 'targets.yaml');
afterAll(() => rmSync(folder, { recursive: true }));

const LOCAL = launchSchema.parse({ on: 'local', ranks: 3 });
const SLURM = launchSchema.parse({ on: 'slurm', partition: 'own' });

async function choose(on: string | undefined, own = LOCAL, text = ''): Promise<object> {
  writeFileSync(file, text);
  try {
    const { name, launch } = await chooseTarget(on, own, { DEEPCODER_TARGETS: file });
    return { name, ...launch };
  } catch (error) {
    return { error: (error as Error).message.replaceAll(file, 'FILE') };
  }
}

describe('where a run is started', () => {
  const TARGETS = 'cluster: {on: slurm, partition: gpu, nodes: 4}\n';

  test('as the config says, without --on', async () => {
    expect(await choose(undefined)).toMatchObject({ name: 'local', ranks: 3 });
    expect(await choose(undefined, SLURM)).toMatchObject({ name: 'slurm', partition: 'own' });
  });

  test('as the config says, where --on names its kind', async () => {
    expect(await choose('slurm', SLURM)).toMatchObject({ partition: 'own' });
    expect(await choose('local', LOCAL)).toMatchObject({ ranks: 3 });
  });

  test('with the defaults of a kind that the config does not speak of', async () => {
    expect(await choose('slurm', LOCAL)).toMatchObject({ on: 'slurm', partition: null, nodes: 1 });
    expect(await choose('local', SLURM)).toMatchObject({ on: 'local', ranks: 1 });
  });

  test("on a target of the user's", async () => {
    expect(await choose('cluster', LOCAL, TARGETS)).toMatchObject({
      ...{ name: 'cluster', on: 'slurm', partition: 'gpu', nodes: 4, ranksPerNode: 1 },
    });
  });

  test('never somewhere else', async () => {
    expect(await choose('clutser', LOCAL, TARGETS)).toEqual({
      error:
        '--on clutser: there is no such target; did you mean cluster? (there are cluster, local, ssh, slurm, kubernetes; FILE names your own)',
    });
    expect(await choose('ssh', LOCAL)).toEqual({
      error:
        '--on ssh: hosts must be known too; set them under launch: in the config, or name a target in FILE',
    });
    expect(await choose('cluster', LOCAL, 'cluster: {on: slurm, tim: 1}')).toEqual({
      error: 'FILE: cluster.tim: there is no such key; did you mean cluster.time?',
    });
  });
});

test.each([
  ['[a]', ['must be a map from a name to what launch: takes']],
  ['slurm: {on: slurm}', ['slurm: is a kind of target; give it a name of its own']],
  ['a: {nodes: 1}', ['a.on: is missing; give local or ssh or slurm or kubernetes']],
  ['"a b": {on: slurm}', ['"a b": names of targets are of letters, digits, . _ and -']],
])('of the targets %j it says %j', (text, problems) => {
  expect(readTargets(text)).toEqual({ targets: {}, problems });
});
