import { readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  buildProgram,
  type Deepcoder,
  deepcoderIn,
  type Started,
  until,
  PATIENCE_MS,
} from '../../support/deepcoderProgram.ts';
import {
  metricsOf,
  numbersOf,
  runFolders,
  runState,
  workshop,
  writeConfig,
} from '../../support/workshop.ts';

let folder: string;
let deepcoder: Deepcoder;

beforeAll(async () => {
  await buildProgram();
  folder = await workshop();
  deepcoder = deepcoderIn(folder);
}, PATIENCE_MS);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function endless(name: string): Started {
  const text = `run: {name: ${name}}\ntrain: {steps: 100000}\neval: {every: 0}\ncheckpoints: {every: 0}\n`;
  return deepcoder.start('train', writeConfig(folder, `${name}.yaml`, text));
}

async function untilStep(started: Started, name: string, step: number): Promise<string> {
  return until(started, () => {
    const run = runFolders(folder, name).at(-1);
    return run !== undefined && metricsOf(run).length >= step && run;
  });
}

test(
  'a live run pauses, goes on, writes a checkpoint and stops when told to',
  async () => {
    const started = endless('live');
    const run = await untilStep(started, 'live', 2);

    expect(await deepcoder.run('pause', 'live')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('paused after step') as string,
    });
    expect(runState(run)).toBe('paused');
    const steps = metricsOf(run).length;
    await setTimeout(300);
    expect(metricsOf(run)).toHaveLength(steps);

    const paused = await deepcoder.run('checkpoint', 'live', '--json');
    expect(JSON.parse(paused.stdout)).toMatchObject({ state: 'paused', step: steps });
    const name = `step-${String(steps).padStart(6, '0')}`;
    expect(readdirSync(path.join(run, 'checkpoints'))).toEqual([name]);

    expect((await deepcoder.run('continue', run)).code).toBe(0);
    await untilStep(started, 'live', steps + 2);
    const stopped = await deepcoder.run('stop', 'latest');
    expect(stopped).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('has ended (stopped)') as string,
    });
    // Asked for over the socket, it is no cancellation.
    expect((await started.ended).code).toBe(0);
    expect(runState(run)).toBe('stopped');
    expect(await deepcoder.run('pause', 'live')).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('it is not running (stopped)') as string,
    });
  },
  PATIENCE_MS,
);

test(
  'a run that plays its games stops when told to',
  async () => {
    const text = 'run: {name: plays}\neval: {environment: household, games: 50000}\n';
    const started = deepcoder.start('train', writeConfig(folder, 'plays.yaml', text));
    await until(started, () => started.stdout().includes('play household ('));
    const stopped = await deepcoder.run('stop', 'plays');
    expect(stopped.stdout).toContain('has ended (stopped)');
    expect((await started.ended).code).toBe(0);
    expect(runState(runFolders(folder, 'plays')[0]!)).toBe('stopped');
  },
  PATIENCE_MS,
);

test(
  'two runs at once are told of each other and each gets the numbers that it gets alone',
  async () => {
    const one = endless('one');
    await untilStep(one, 'one', 1);
    const two = await deepcoder.run('train', 'tiny.yaml', '--set', 'run.name=two');
    expect(two.code).toBe(0);
    expect(two.stdout).toContain('shares the machine with 1 other run');
    const listed = JSON.parse((await deepcoder.run('runs', '--json')).stdout) as {
      name: string;
      status: string;
    }[];
    expect(listed.find(({ name }) => name === 'one')?.status).toBe('running');
    one.child.kill('SIGINT');
    expect((await one.ended).code).toBe(130);
    expect((await deepcoder.run('train', 'tiny.yaml', '--set', 'run.name=alone')).code).toBe(0);
    const [together, alone] = ['two', 'alone'].map((name) => runFolders(folder, name)[0]!);
    expect(numbersOf(together!)).toEqual(numbersOf(alone!));
  },
  PATIENCE_MS,
);

test(
  'with --json a run tells what happens, one object a line',
  async () => {
    const { code, stdout, stderr } = await deepcoder.run('train', 'tiny.yaml', '--json');
    expect([code, stderr]).toEqual([0, '']);
    const events = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { event: string; folder?: string; end?: string });
    expect(new Set(events.map(({ event }) => event))).toEqual(
      new Set(['say', 'progress', 'run', 'end']),
    );
    const end = events.at(-1)!;
    expect(end).toMatchObject({ event: 'end', end: 'finished', step: 6 });
    expect(readdirSync(end.folder!).sort()).toEqual(
      expect.arrayContaining([
        'best',
        'checkpoints',
        'config.yaml',
        'metrics.jsonl',
        'report.html',
        'run.json',
        'trainer.log',
      ]),
    );
    const { versions } = JSON.parse(readFileSync(path.join(end.folder!, 'run.json'), 'utf8')) as {
      versions: Record<string, string>;
    };
    expect(Object.keys(versions)).toEqual([
      'deepcoder',
      'node',
      'onnxruntime',
      'tokenizers',
      'tfjs',
      'build',
    ]);
  },
  PATIENCE_MS,
);
