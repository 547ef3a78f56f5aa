import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import {
  buildProgram,
  type Deepcoder,
  deepcoderIn,
  PATIENCE_MS,
} from '../../support/deepcoderProgram.ts';
import { checkoutRoot } from '../../../trainer/scripts/prepareCheckout.mjs';
import { workshop, writeConfig } from '../../support/workshop.ts';

vi.setConfig({ testTimeout: PATIENCE_MS });

let folder: string;
let deepcoder: Deepcoder;

beforeAll(async () => {
  await buildProgram();
  folder = await workshop();
  mkdirSync(path.join(folder, 'bin'));
  const env = {
    PATH: path.join(folder, 'bin'),
    DEEPCODER_TARGETS: path.join(folder, 'targets.yaml'),
  };
  deepcoder = deepcoderIn(folder, env);
}, PATIENCE_MS);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('where nothing of a cluster is', () => {
  test('a dry run shows what would be submitted, and submits nothing', async () => {
    const config = writeConfig(folder, 'dry.yaml', 'launch: {on: slurm, partition: gpu}\n');
    const { code, stdout } = await deepcoder.run('train', config, '--dry-run');
    expect(code).toBe(0);
    expect(stdout).toContain('#SBATCH --partition=gpu\n');
    expect(existsSync(path.join(folder, '.deepcoder/jobs'))).toBe(false);
  });

  test.each([
    [
      'tiny.yaml --on slurm',
      'slurm: there is no sbatch on the PATH; run this where the programs of SLURM are, mostly on a login node, or choose another place with --on',
    ],
    [
      'tiny.yaml --on slurm --ranks 2',
      '--ranks, --hosts and --max-restarts are for this machine; how many ranks slurm has is said by the target, or under launch: in the config',
    ],
    [
      'tiny.yaml --dry-run',
      '--dry-run shows what another place would be given, and this is for this machine; name a target with --on, or run deepcoder check',
    ],
    [
      'tiny.yaml --on slurm --set launch.on=slurm launch.nodes=2 train.gradient_accumulation_steps=2',
      'slurm: several ranks need MPI, and none is found here; run deepcoder setup mpi, load its module, or set launch.mpi and DEEPCODER_MPI_LIBRARY to those of the nodes',
    ],
    [
      'tiny.yaml --on slurm --set launch.on=slurm launch.nodes=3',
      '3 ranks cannot share the 1 rows of a step evenly: make train.gradient_accumulation_steps (1) a multiple of 3, or train.micro_batch_size (1) a multiple of 3',
    ],
  ])('train %s is refused, and nothing trains here', async (args, message) => {
    const { code, stdout, stderr } = await deepcoder.run('train', ...args.split(' '));
    expect({ code, stdout, stderr }).toEqual({
      code: 2,
      stdout: '',
      stderr: `error: ${message}\n`,
    });
    expect(existsSync(path.join(folder, 'runs'))).toBe(false);
    expect((await deepcoder.run('jobs')).stdout).toMatch(/^no job was started from this folder/);
  });

  test("the config's own ranks are those of this machine", async () => {
    const config = writeConfig(folder, 'ranks.yaml', 'launch: {on: local, ranks: 2}\n');
    const { code, stderr } = await deepcoder.run('train', config);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: ranks: there is no mpirun/);
  });
});

test("the user's targets are listed, with what is wrong in them", async () => {
  writeFileSync(path.join(folder, 'targets.yaml'), 'big: {on: slurm}\nbad: {on: ssh}\n');
  const { stdout } = await deepcoder.run('jobs', 'targets', '--json');
  expect(JSON.parse(stdout)).toEqual({
    file: path.join(folder, 'targets.yaml'),
    targets: [{ name: 'big', on: 'slurm' }],
    problems: [expect.stringMatching(/^bad\.hosts: is missing/)],
  });
});

test('a job that is not there is said to be none', async () => {
  const { code, stderr } = await deepcoder.run('jobs', 'stop', 'x');
  expect({ code, stderr }).toEqual({
    code: 3,
    stderr:
      'error: job x: not found; none was submitted from this folder; start one with deepcoder train CONFIG --on TARGET\n',
  });
});

describe('Kubernetes, by a stand-in for kubectl', () => {
  const cluster = (): string => path.join(folder, 'cluster');
  const KUBERNETES = "launch: {on: kubernetes, image: 'r/deepcoder', volume: work, queue: gpu}\n";
  let program: Deepcoder;

  beforeAll(() => {
    mkdirSync(cluster());
    const bin = path.join(folder, 'kubernetes');
    mkdirSync(bin);
    const standIn = path.join(checkoutRoot, 'test/support/kubernetes/kubectl.mjs');
    const text = `#!/bin/sh\nexec '${process.execPath}' '${standIn}' "$@"\n`;
    writeFileSync(path.join(bin, 'kubectl'), text, { mode: 0o755 });
    program = deepcoderIn(folder, { PATH: bin, FAKE_CLUSTER: cluster() });
  });

  test('without kubectl nothing is started', async () => {
    const config = writeConfig(folder, 'k8s.yaml', KUBERNETES);
    const { code, stderr } = await deepcoder.run('train', config);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr:
        'error: kubernetes: there is no kubectl on the PATH; install it and give it your cluster (kubectl config), or choose another place with --on\n',
    });
  });

  test.each(['MPIJob', 'TrainJob'])('a %s is applied, watched and deleted', async (kind) => {
    const config = writeConfig(folder, 'k8s.yaml', KUBERNETES);
    const given = await program.run('train', config, '--json', '--set', `launch.kind=${kind}`);
    expect({ code: given.code, stderr: given.stderr }).toEqual({ code: 0, stderr: '' });
    const { id, handle } = JSON.parse(given.stdout) as { id: string; handle: string };
    expect(handle).toBe(`default/${id}`);
    const stateIs = async (): Promise<unknown> => {
      const { stdout } = await program.run('jobs', '--json');
      const jobs = JSON.parse(stdout) as { id: string; parts: object[] }[];
      return jobs.find((job) => job.id === id)!.parts[0];
    };
    const status = (conditions: object[]): void =>
      writeFileSync(path.join(cluster(), 'status.json'), JSON.stringify({ conditions }));
    status([{ type: 'Suspended', status: 'True', message: 'no quota in gpu' }]);
    expect(await stateIs()).toMatchObject({ state: 'queued', reason: 'no quota in gpu' });
    status([{ type: 'Running', status: 'True' }]);
    writeFileSync(path.join(cluster(), 'log'), 'train 1/6\n');
    expect(await stateIs()).toMatchObject({ state: 'running' });
    expect((await program.run('jobs', 'logs', id)).stdout).toBe('train 1/6\n');
    const { code, stderr } = await program.run('jobs', 'stop', id);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(await stateIs()).toMatchObject({ state: 'stopped' });
    expect(readdirSync(cluster()).filter((name) => name.includes(id))).toEqual([]);
  });
});
