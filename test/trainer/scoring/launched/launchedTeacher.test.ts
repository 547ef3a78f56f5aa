import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DeepCoderError } from '@deepcoder/config';
import { processStart } from '@deepcoder/trainer-protocol/node';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, test } from 'vitest';
import { whyNoScores } from '../../../../trainer/src/scoring/launched/answersScores.ts';
import { startedAddress } from '../../../../trainer/src/scoring/launched/startedAddress.ts';
import {
  startTeacher,
  type StartOptions,
} from '../../../../trainer/src/scoring/launched/startTeacher.ts';
import { endGroup, stopTeacher } from '../../../../trainer/src/scoring/launched/stopTeacher.ts';
import {
  findTeacher,
  listTeachers,
  logFile,
  teacherName,
} from '../../../../trainer/src/scoring/launched/teacherFolder.ts';
import { load, MINIMAL } from '../../../configs/loadHelper.ts';

let program: string;
let cwd: string;

beforeAll(async () => {
  program = path.join(mkdtempSync(path.join(tmpdir(), 'dc-')), 'fake.mjs');
  await build({
    entryPoints: ['test/support/servers/fakeTeacherProgram.ts'],
    ...{ outfile: program, bundle: true, platform: 'node', format: 'esm', logLevel: 'error' },
  });
});

beforeEach(() => {
  cwd = mkdtempSync(path.join(tmpdir(), 'dc-'));
});

afterEach(async () => {
  for (const { record } of await listTeachers(cwd)) await endGroup(record, 100);
  rmSync(cwd, { recursive: true, force: true });
});

afterAll(() => rmSync(path.dirname(program), { recursive: true, force: true }));

async function configOf(launch = '', type = 'vllm') {
  const command = JSON.stringify([process.execPath, program]);
  const text = `${MINIMAL.replace(/teacher:.*\n/, '')}teacher: {type: ${type}, model: org/m, launch: {command: ${command}, ${launch}}}`;
  const { config, problems } = await load(text);
  expect(problems).toEqual([]);
  return config!;
}

/** Servers are ended after each test, whatever happens. */
async function start(
  mode: string,
  more: Partial<StartOptions> & { launch?: string; type?: string } = {},
) {
  const { launch, type, ...rest } = more;
  const said: string[] = [];
  const config = await configOf(launch, type);
  const env = { ...process.env, FAKE_TEACHER: mode };
  const options = { config, cwd, env, say: (text: string) => said.push(text), ...rest };
  return { config, said, started: startTeacher(options) };
}

describe.each(['vllm', 'sglang'])('a %s server', (type) => {
  it('is started with a key of its own, told when it scores, found again and ended', async () => {
    const { config, said, started } = await start('slow', { type });
    const { name, record, folder: kept } = await started;
    expect(said[0]).toMatch(/^started m-\w{6} at http:\/\/127\.0\.0\.1:\d+; its log is /);
    const phases = said.filter((line) => line.includes('loading'));
    expect(phases).toEqual(['downloading, 40 %', 'loading, 70 %']);
    expect(statSync(path.join(kept, 'key')).mode & 0o777).toBe(0o600);

    const address = await startedAddress(config, cwd);
    expect(await whyNoScores(config.teacher, address)).toBeNull();
    const stranger = await whyNoScores(config.teacher, { ...address, apiKey: 'other' });
    expect(stranger).toMatch(/Unauthorized|key/);

    const again = await start('', { type });
    await expect(again.started).resolves.toMatchObject({ name, isAdopted: true, record });
    await stopTeacher((await findTeacher(cwd, name))!);
    expect(processStart(record.pid)).toBeNull();
    expect(await listTeachers(cwd)).toEqual([]);
    expect(readFileSync(logFile(kept), 'utf8')).toContain('Capturing');
    await expect(startedAddress(config, cwd)).rejects.toThrow(/was not started; start it with/);
  }, 60_000);
});

test('what the config needs of it is among its arguments', async () => {
  const saying = path.join(cwd, 'said');
  const { started } = await start('', {
    launch: 'tensor_parallel: 2, memory_fraction: 0.8, quantization: fp8, args: [--seed, "3"]',
    env: { ...process.env, FAKE_SAID: saying },
  });
  await started;
  const said = readFileSync(saying, 'utf8');
  for (const part of [
    '--model org/m --host 127.0.0.1 --port',
    '--max-logprobs 64',
    '--max-model-len 4097',
    '--tensor-parallel-size 2 --gpu-memory-utilization 0.8 --quantization fp8 --seed 3',
  ]) {
    expect(said).toContain(part);
  }
  expect(said).not.toContain('api-key');
}, 60_000);

test('a server that ends while it starts is told with the end of its log', async () => {
  const { started } = await start('dies');
  const error = (await started.catch((one: unknown) => one)) as DeepCoderError;
  expect(error).toMatchObject({ code: 'teacher-ended', exitCode: 3 });
  expect(error.message).toContain('RuntimeError: no such architecture');
  expect(await listTeachers(cwd)).toEqual([]);
}, 60_000);

test('one that runs out of memory is started again with half the tokens at once', async () => {
  const { said, started } = await start('small');
  const { record } = await started;
  expect(record.batchTokens).toBe(2048);
  expect(said.filter((line) => line.includes('out of memory'))).toEqual([
    'the server ran out of memory; again, with 4096 tokens at once',
    'the server ran out of memory; again, with 2048 tokens at once',
  ]);
}, 60_000);

test('one that never answers is ended when its time is over', async () => {
  const { started } = await start('hangs', { launch: 'ready_within: 2' });
  await expect(started).rejects.toThrow(
    /was not ready within 2 s .*it said last: compiling, 100 %/,
  );
  expect(await listTeachers(cwd)).toEqual([]);
}, 60_000);

test('a start that is aborted ends the server', async () => {
  const aborting = new AbortController();
  const { started } = await start('hangs', { signal: aborting.signal });
  setTimeout(() => aborting.abort(new Error('by the user')), 1500);
  await expect(started).rejects.toThrow();
  expect(await listTeachers(cwd)).toEqual([]);
}, 60_000);

test('one that does not end when asked to is killed with its workers', async () => {
  const { started } = await start('stubborn');
  const { record, folder: kept } = await started;
  const worker = Number(/worker (\d+)/.exec(readFileSync(logFile(kept), 'utf8'))![1]);
  expect(processStart(worker)).not.toBeNull();
  await endGroup(record, 500);
  await expect.poll(() => processStart(record.pid)).toBeNull();
  await expect.poll(() => processStart(worker)).toBeNull();
}, 60_000);

test('on another host it is started by ssh, with its port brought here', async () => {
  // A stand-in that runs the remote command here.
  const ssh = path.join(cwd, 'ssh');
  writeFileSync(
    ssh,
    `#!/bin/sh\nprintf '%s\\n' "$@" > ${cwd}/ssh.args\nfor last; do :; done\nexec sh -c "$last"\n`,
  );
  await chmod(ssh, 0o755);
  const { started } = await start('', {
    launch: 'host: gpu-box',
    env: { ...process.env, PATH: `${cwd}:${process.env['PATH'] ?? ''}` },
  });
  const { record } = await started;
  const port = new URL(record.url).port;
  const said = readFileSync(path.join(cwd, 'ssh.args'), 'utf8').split('\n');
  expect(said).toEqual(
    expect.arrayContaining(['-tt', '-L', `${port}:127.0.0.1:${port}`, 'gpu-box']),
  );
  expect(record.host).toBe('gpu-box');
}, 60_000);

test('a program that is not there is told with where to name it', async () => {
  const { config } = await start('', { launch: 'ready_within: 5' }).then(async (one) => {
    await one.started;
    return one;
  });
  const launch = { ...config.teacher.launch!, command: ['no-such-program'] };
  const missing = { ...config, teacher: { ...config.teacher, launch } };
  await expect(
    startTeacher({ config: missing, cwd, env: process.env, say: () => undefined }),
  ).rejects.toThrow(/no-such-program cannot be started .*teacher.launch.command/);
  expect(teacherName(missing)).not.toBe(teacherName(config));
  expect(
    existsSync(path.join(cwd, '.deepcoder/teachers', teacherName(missing), 'teacher.json')),
  ).toBe(false);
}, 60_000);
