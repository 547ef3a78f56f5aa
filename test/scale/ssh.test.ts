import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { trainingTexts } from '../../trainer/src/eval/household/trainingTexts.ts';
import { buildProgram, type Deepcoder, deepcoderIn } from '../support/deepcoderProgram.ts';
import { metricsOf, numbersOf, runFolders, runState, workshop } from '../support/workshop.ts';
import { debianPrograms } from './debianPrograms.ts';
import { testMpis } from './mpis.ts';
import { type SshServer, startSshServer } from './sshServer.ts';

const programs = await debianPrograms();
const why =
  'reason' in programs
    ? programs.reason
    : !existsSync('/usr/bin/ssh')
      ? 'there is no ssh'
      : process.getuid?.() === 0
        ? null
        : 'a server of ssh has to be started by root';
if (why !== null) process.stderr.write(`skipped: ssh: ${why}\n`);
const mpich = (await testMpis())[0]!.mpi;

let server: SshServer;
let folder: string;
let far: string;
let deepcoder: Deepcoder;

interface PartState {
  state: string;
  reason: string;
  run: string | null;
}

describe.skipIf(why !== null)('a host over ssh, which is this machine', () => {
  beforeAll(async () => {
    await buildProgram();
    folder = await workshop();
    far = mkdtempSync(path.join(tmpdir(), 'far-'));
    const root = 'root' in programs ? programs.root : '';
    server = await startSshServer(root, path.join(folder, 'sshd'));
    const env = {
      PATH: `${server.bin}:${root}/usr/bin:${process.env['PATH'] ?? ''}`,
      LD_LIBRARY_PATH: path.join(root, 'usr/lib/x86_64-linux-gnu'),
    };
    deepcoder = deepcoderIn(folder, env);
    mkdirSync(path.join(folder, 'my logs'));
    const records = [...trainingTexts(new URLSearchParams('games=20&seed=4'))];
    for (const [i, { text }] of records.entries())
      writeFileSync(path.join(folder, `my logs/it's "${i}".txt`), text);
  }, 300_000);

  afterAll(() => {
    server.stop();
    for (const one of [folder, far]) rmSync(one, { recursive: true, force: true });
  });

  function configOf(name: string, launch: string, steps = 12): string {
    const text = `extends: tiny.yaml
run: {name: ${name}}
data: {train: ['my logs/*.txt']}
teacher: {type: checkpoint, model: teacher, top_k: 8}
train: {steps: ${steps}, gradient_accumulation_steps: 2}
checkpoints: {every: 4}
launch: {on: ssh, folder: "${far}/a b'c", ${launch}}
`;
    writeFileSync(path.join(folder, `${name}.yaml`), text);
    return `${name}.yaml`;
  }

  async function submit(config: string): Promise<string> {
    const { code, stdout, stderr } = await deepcoder.run('train', config, '--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return (JSON.parse(stdout) as { id: string }).id;
  }

  async function stateOf(id: string): Promise<PartState> {
    const { stdout } = await deepcoder.run('jobs', '--json');
    const jobs = JSON.parse(stdout) as { id: string; parts: PartState[] }[];
    return jobs.find((job) => job.id === id)!.parts[0]!;
  }

  test('takes what the config names and this program along, and its run comes back', async () => {
    const config = configOf('over', 'hosts: [one]');
    const id = await submit(config);
    const followed = await deepcoder.run('jobs', 'follow', id);
    expect({ code: followed.code, stderr: followed.stderr }).toEqual({ code: 0, stderr: '' });
    expect(followed.stdout).toContain('finished after step 12');
    const there = path.join(far, "a b'c");
    expect(existsSync(path.join(there, 'my logs', `it's "3".txt`))).toBe(true);
    expect(existsSync(path.join(there, '.deepcoder/program/trainer/dist/deepcoder.mjs'))).toBe(
      true,
    );
    expect(existsSync(path.join(there, 'tiny.yaml'))).toBe(false);
    const [run] = runFolders(folder, 'over');
    expect((await stateOf(id)).run).toBe(run);
    expect(runState(run!)).toBe('finished');
    expect(existsSync(path.join(run!, 'checkpoints/step-000012/model.safetensors'))).toBe(true);
    const here = await deepcoder.run('train', config, '--on', 'local');
    expect(here.code).toBe(0);
    expect(numbersOf(run!)).toEqual(numbersOf(runFolders(folder, 'over').at(-1)!));
  });

  test('a stop ends it with a checkpoint; while it trains its metrics come here', async () => {
    const id = await submit(configOf('stopped', 'hosts: [one]', 100_000));
    const followed = deepcoder.start('jobs', 'follow', id);
    let run: string | undefined;
    for (const end = Date.now() + 60_000; Date.now() < end;) {
      run = runFolders(folder, 'stopped').at(-1);
      if (run !== undefined && metricsOf(run).length > 3) break;
      await setTimeout(100);
    }
    expect(run, 'no metrics came').toBeDefined();
    expect(existsSync(path.join(run!, 'checkpoints'))).toBe(false);
    expect((await stateOf(id)).state).toBe('running');
    expect((await deepcoder.run('jobs', 'stop', id)).code).toBe(0);
    const { code, stdout } = await followed.ended;
    expect(code).toBe(0);
    expect(stdout).toContain(`${id}: stopped`);
    expect(runState(run!)).toBe('stopped');
    expect(existsSync(path.join(run!, 'checkpoints'))).toBe(true);
  });

  test('--now ends it at once', async () => {
    const id = await submit(configOf('hard', 'hosts: [one]', 100_000));
    expect((await deepcoder.run('jobs', 'stop', id, '--now')).code).toBe(0);
    // With or without a checkpoint: how far it was is a matter of chance.
    expect((await stateOf(id)).state).toBe('stopped');
  });

  test.skipIf(mpich === null)('several ranks there', async () => {
    const setup = `setup: ['export DEEPCODER_MPIRUN=${mpich!.mpirun}']`;
    const id = await submit(configOf('ranks', `hosts: ['one:2'], ${setup}`));
    const { code, stdout } = await deepcoder.run('jobs', 'follow', id);
    expect({ code, stdout }).toMatchObject({ code: 0 });
    expect(stdout).toContain('2 ranks over');
    const log = readFileSync(path.join(runFolders(folder, 'ranks')[0]!, 'trainer.log'), 'utf8');
    expect(log).toMatch(/rank 1: process/);
  });

  test.each([
    ['hosts: [nowhere.invalid]', /ssh: ssh: ssh: Could not resolve hostname nowhere\.invalid/],
    ['hosts: [one], node: no-node', /ssh: one: no-node does not run/],
  ])('%s is refused', async (launch, message) => {
    const { code, stderr } = await deepcoder.run('train', configOf('bad', launch));
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(runFolders(folder, 'bad')).toEqual([]);
  });

  test("what lies outside of the folder is the host's, or refused", async () => {
    const run = (data: string) =>
      deepcoder.run('train', configOf('out', 'hosts: [one]'), '--set', `data.train=[${data}]`);
    const outside = path.join(tmpdir(), 'only-here.txt');
    expect((await run('../elsewhere/*.txt')).stderr).toMatch(/there is no such file here/);
    expect((await run('"../' + path.basename(folder) + 'x"')).stderr).toMatch(
      /no such file|outside/,
    );
    expect((await run(`"${outside}"`)).stderr).toBe(
      `error: ssh: one: has no ${outside}, which the config names\n`,
    );
  });
});
