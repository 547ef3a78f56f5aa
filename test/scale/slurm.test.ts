import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { slurmWord } from '../../trainer/src/launch/slurm/slurmScript.ts';
import { buildProgram, type Deepcoder, deepcoderIn } from '../support/deepcoderProgram.ts';
import { metricsOf, numbersOf, runFolders, workshop, writeConfig } from '../support/workshop.ts';
import { testMpis } from './mpis.ts';
import { debianPrograms } from './debianPrograms.ts';
import { type SlurmCluster, startSlurm } from './slurmCluster.ts';

const programs = await debianPrograms();
if ('reason' in programs) process.stderr.write(`skipped: SLURM: ${programs.reason}\n`);
const mpich = (await testMpis())[0]!.mpi;

let slurm: SlurmCluster;
let folder: string;
let deepcoder: Deepcoder;

interface PartState {
  state: string;
  reason: string;
  run: string | null;
}

describe.skipIf('reason' in programs)('SLURM, with two nodes that are this machine', () => {
  beforeAll(async () => {
    slurm = await startSlurm('root' in programs ? programs.root : '');
    await buildProgram();
    folder = await workshop();
    const mpi = mpich === null ? {} : { DEEPCODER_MPIRUN: mpich.mpirun };
    deepcoder = deepcoderIn(folder, { ...slurm.env, ...mpi });
  }, 300_000);

  afterAll(async () => {
    await slurm.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** A run that lasts until it is told to end, where `steps` are many. */
  function configOf(name: string, launch: string, steps = 12): string {
    const text = `run: {name: ${name}}\ntrain: {steps: ${steps}, gradient_accumulation_steps: 2}\ncheckpoints: {every: 4}\nlaunch: {on: slurm, ${launch}}\n`;
    return writeConfig(folder, `${name}.yaml`, text);
  }

  async function submit(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await deepcoder.run('train', ...args, '--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return (JSON.parse(stdout) as { id: string }).id;
  }

  async function parts(id: string): Promise<PartState[]> {
    const { stdout, stderr } = await deepcoder.run('jobs', '--json');
    expect(stderr).toBe('');
    const jobs = JSON.parse(stdout) as { id: string; parts: PartState[] }[];
    return jobs.find((job) => job.id === id)!.parts;
  }

  async function until(id: string, state: string, reason?: string): Promise<PartState[]> {
    let found: PartState[] = [];
    for (const end = Date.now() + 120_000; Date.now() < end;) {
      found = await parts(id);
      const isSo = (part: PartState): boolean =>
        part.state === state && part.reason === (reason ?? part.reason);
      if (found.every(isSo)) return found;
      await setTimeout(300);
    }
    const log = (await deepcoder.run('jobs', 'logs', id)).stdout;
    throw new Error(`${id} is not ${state} but ${JSON.stringify(found)}: ${log}`);
  }

  const handleOf = (id: string): string => {
    const text = readFileSync(path.join(folder, '.deepcoder/jobs', id, 'job.json'), 'utf8');
    return (JSON.parse(text) as { handle: string }).handle;
  };

  test.skipIf(mpich === null)('two nodes have the numbers of one process', async () => {
    const id = await submit(configOf('two', 'partition: train, nodes: 2, ranks_per_node: 1'));
    const followed = await deepcoder.run('jobs', 'follow', id);
    expect({ code: followed.code, stderr: followed.stderr }).toEqual({ code: 0, stderr: '' });
    expect(followed.stdout).toContain('2 ranks over');
    expect(followed.stdout.trimEnd()).toMatch(/finished after step 12/);
    const [part] = await until(id, 'finished');
    const here = await deepcoder.run('train', 'two.yaml', '--on', 'local');
    expect({ code: here.code, stderr: here.stderr }).toEqual({ code: 0, stderr: '' });
    const losses = (run: string): number[] =>
      metricsOf(run).flatMap(({ values }) => values['train/loss'] ?? []);
    const [there, own] = [losses(part!.run!), losses(runFolders(folder, 'two').at(-1)!)];
    expect(there).toHaveLength(12);
    there.forEach((loss, step) => expect(Math.abs(loss - own[step]!)).toBeLessThan(1e-5));
  });

  test('told to end, it writes a checkpoint, is queued again and goes on with the same numbers', async () => {
    const id = await submit(configOf('again', 'partition: train', 120));
    const [running] = await until(id, 'running');
    expect(running).toMatchObject({ state: 'running', reason: '' });
    let run: string | undefined;
    while (run === undefined || metricsOf(run).length < 6) {
      await setTimeout(100);
      run = runFolders(folder, 'again').at(-1);
    }
    // What SLURM itself sends so long before the end of a job's time.
    await slurm.tool('scancel', '--signal=USR1', handleOf(id));
    const [queued] = await until(id, 'requeued', 'BeginTime');
    expect(queued!.run).toBe(run);
    // SLURM lets two minutes pass.
    await slurm.tool('scontrol', 'update', `jobid=${handleOf(id)}`, 'StartTime=now');
    await until(id, 'finished');
    expect(runFolders(folder, 'again')).toEqual([run]);
    const whole = await deepcoder.run('train', 'again.yaml', '--on', 'local');
    expect(whole.code).toBe(0);
    expect(numbersOf(run)).toEqual(numbersOf(runFolders(folder, 'again').at(-1)!));
  });

  test('a stop ends it with a checkpoint, and it is not queued again', async () => {
    const id = await submit(configOf('stopped', 'partition: train', 100_000));
    await until(id, 'running');
    let run: string | undefined;
    while (run === undefined || metricsOf(run).length < 3) {
      await setTimeout(100);
      run = runFolders(folder, 'stopped').at(-1);
    }
    const { code, stderr } = await deepcoder.run('jobs', 'stop', id);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    await until(id, 'stopped');
    expect(readdirSync(path.join(run, 'checkpoints'))).not.toEqual([]);
  });

  test('one that waits says why, and a stop takes it out of the queue', async () => {
    const id = await submit(configOf('waits', "partition: train, options: ['--begin=now+1hour']"));
    const [part] = await until(id, 'queued');
    expect(part).toEqual({ part: 0, state: 'queued', reason: 'BeginTime', run: null });
    const followed = deepcoder.start('jobs', 'follow', id);
    expect((await deepcoder.run('jobs', 'stop', id)).code).toBe(0);
    expect(await until(id, 'stopped')).toMatchObject([{ reason: 'cancelled' }]);
    expect((await followed.ended).code).toBe(0);
  });

  test('each seed is a run of its own', async () => {
    const id = await submit(configOf('seeds', 'partition: train, seeds: [3, 9]'));
    const ends = await until(id, 'finished');
    expect(ends).toHaveLength(2);
    for (const [i, seed] of [3, 9].entries()) {
      const text = readFileSync(path.join(ends[i]!.run!, 'config.yaml'), 'utf8');
      expect(text).toContain(`seed: ${seed}`);
      expect(path.basename(ends[i]!.run!)).toMatch(new RegExp(`^seeds-${seed}-`));
      const { stdout } = await deepcoder.run('jobs', 'logs', id, '--part', String(i));
      expect(stdout).toContain(path.basename(ends[i]!.run!));
    }
  });

  test('what fails says how, and what SLURM refuses is told in its words', async () => {
    const id = await submit(configOf('fails', "partition: train, program: ['false']"));
    expect(await until(id, 'failed')).toMatchObject([{ reason: 'exit code 1' }]);
    const followed = await deepcoder.run('jobs', 'follow', id);
    expect(followed.stderr).toBe(`error: job ${id}: failed (exit code 1)\n`);
    const refused = await deepcoder.run('train', configOf('bad', 'partition: nowhere'));
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('invalid partition specified: nowhere');
    expect((await deepcoder.run('jobs')).stdout).not.toContain('bad-');
  });

  test('a folder may be called as it will', async () => {
    const odd = path.join(folder, 'a b\'c"d\n$e');
    mkdirSync(odd);
    for (const name of ['tiny.yaml', 'tok'])
      await promisify(execFile)('cp', ['-r', path.join(folder, name), odd]);
    const there = deepcoderIn(odd, { ...slurm.env, TMPDIR: folder });
    const { stdout } = await there.run('train', 'tiny.yaml', '--on', 'slurm', '--json');
    const { id } = JSON.parse(stdout) as { id: string };
    const followed = await there.run('jobs', 'follow', id);
    expect({ code: followed.code, stderr: followed.stderr }).toEqual({ code: 0, stderr: '' });
    expect(followed.stdout).toContain('finished after step 6');
  });

  test('SLURM reads words of the script as they were', async () => {
    const script = path.join(folder, 'words.sh');
    const hostile = fc
      .array(fc.constantFrom(...Array.from(' "\'\\$`#%=;&|*?-aé')), { minLength: 1, maxLength: 10 })
      .map((parts) => parts.join(''));
    await fc.assert(
      fc.asyncProperty(hostile, async (word) => {
        const head = `#SBATCH --hold\n#SBATCH --comment=${slurmWord(word)}`;
        writeFileSync(script, `#!/bin/bash\n${head}\ntrue\n`);
        const id = (await slurm.tool('sbatch', '--parsable', script)).trim();
        const said = await slurm.tool('squeue', '-h', '-j', id, '-o', '%k');
        await slurm.tool('scancel', id);
        expect(said).toBe(`${word}\n`);
      }),
      { seed: 4, numRuns: 40 },
    );
  });
});
