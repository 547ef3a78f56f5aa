import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import {
  createTrainerService,
  type TrainerService,
} from '../../../server/src/trainerService/trainerService.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

/** A program that answers `ping` with its pid, dies of `doctor`, and never answers `fit`. */
const FAKE = `
import { createInterface } from 'node:readline';
const say = (value) => process.stdout.write(JSON.stringify({ version: 1, ...value }) + '\\n');
console.error('hello');
createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, cancel } = JSON.parse(line);
  if (cancel !== undefined) say({ id: cancel, error: { code: 'service/cancelled', message: 'cancelled' } });
  if (method === 'ping') say({ id, result: { version: 'fake', pid: process.pid } });
  if (method === 'check') say({ id, result: { ok: 'perhaps' } });
  if (method === 'doctor') process.exit(7);
});
`;

const PLACE = { config: 'c.yaml', cwd: '/' };

function fakeService(more: { idleMs?: number } = {}): {
  service: TrainerService;
  starts: () => number;
  lines: string[];
} {
  const folder = temporaryFolder();
  const file = path.join(folder, 'fake.mjs');
  writeFileSync(file, FAKE);
  let starts = 0;
  const lines: string[] = [];
  const service = createTrainerService({
    program: () => {
      starts += 1;
      return { command: process.execPath, file, env: process.env };
    },
    ...{ cwd: folder, log: (line) => lines.push(line), now: () => performance.now() },
    ...{ firstPauseMs: 150, ...more },
  });
  onTestFinished(() => service.stop());
  return { service, starts: () => starts, lines };
}

test('is started when it is first asked, and once', async () => {
  const { service, starts, lines } = fakeService();
  expect(starts()).toBe(0);
  const [one, two] = await Promise.all([service.ask('ping', {}), service.ask('ping', {})]);
  expect(one).toEqual(two);
  expect(starts()).toBe(1);
  expect(lines).toEqual(['hello']);
});

test('when it dies, who waits is told; the next question starts another after a pause, longer each time', async () => {
  const { service, starts } = fakeService();
  const { pid } = await service.ask('ping', {});
  const hanging = service.ask('fit', PLACE);
  const dies = service.ask('doctor', { cwd: '/' });
  await expect(dies).rejects.toMatchObject({ code: 'service/died' });
  await expect(hanging).rejects.toThrow('it ended with 7');

  const diedAt = performance.now();
  await expect(service.ask('doctor', { cwd: '/' })).rejects.toMatchObject({ code: 'service/died' });
  expect(performance.now() - diedAt).toBeGreaterThan(140);
  const againAt = performance.now();
  const again = await service.ask('ping', {});
  expect(performance.now() - againAt).toBeGreaterThan(290);
  expect(again.pid).not.toBe(pid);
  expect(starts()).toBe(3);
});

test('a question that is let go is told to the service', async () => {
  const { service } = fakeService();
  const controller = new AbortController();
  const asked = service.ask('fit', PLACE, controller.signal);
  await service.ask('ping', {});
  controller.abort();
  await expect(asked).rejects.toMatchObject({ code: 'service/cancelled' });
  const late = service.ask('ping', {}, controller.signal);
  await expect(late).rejects.toMatchObject({ code: 'service/cancelled' });
});

test('an answer of another form is refused', async () => {
  const { service } = fakeService();
  await expect(service.ask('check', PLACE)).rejects.toMatchObject({ code: 'service/answer' });
});

test('what is not asked for a while ends, and starts again', async () => {
  const { service, starts } = fakeService({ idleMs: 50 });
  const first = await service.ask('ping', {});
  await new Promise((resolve) => setTimeout(resolve, 150));
  const second = await service.ask('ping', {});
  expect(second.pid).not.toBe(first.pid);
  expect(starts()).toBe(2);
});

test.each([
  ['a Node that is not there', { command: '/nowhere/node', cwd: '/' }],
  ['a folder that is not there', { command: process.execPath, cwd: '/nowhere' }],
])('%s: every question is told so, until the program is another', async (_, { command, cwd }) => {
  const file = path.join(temporaryFolder(), 'fake.mjs');
  writeFileSync(file, FAKE);
  const found = { command, file, env: process.env };
  const service = createTrainerService({
    program: () => found,
    ...{ cwd, log: () => undefined, now: () => performance.now(), firstPauseMs: 20 },
  });
  onTestFinished(() => service.stop());
  const refused = { code: 'service/none', message: expect.stringContaining('ENOENT') as string };
  // As a request's handler does: what Node tells next comes before what promises lead to.
  const asked = await new Promise<Promise<unknown>[]>((resolve) =>
    setImmediate(() => {
      resolve([service.ask('ping', {}), service.ask('ping', {})]);
    }),
  );
  for (const one of asked) await expect(one).rejects.toMatchObject(refused);
  await expect(service.ask('ping', {})).rejects.toMatchObject(refused);
});

test('a program that was mended is asked at once, however long the pause', async () => {
  const file = path.join(temporaryFolder(), 'fake.mjs');
  writeFileSync(file, FAKE);
  const found = { command: '/nowhere/node', file, env: process.env };
  const service = createTrainerService({
    program: () => found,
    ...{ cwd: '/', log: () => undefined, now: () => performance.now(), firstPauseMs: 100_000 },
  });
  onTestFinished(() => service.stop());
  await expect(service.ask('ping', {})).rejects.toMatchObject({ code: 'service/none' });
  const waiting = service.ask('ping', {});
  found.command = process.execPath;
  service.renew();
  expect(await waiting).toMatchObject({ version: 'fake' });
  expect(await service.ask('ping', {})).toMatchObject({ version: 'fake' });
});

test('without a program it says so', async () => {
  const service = createTrainerService({
    ...{ program: () => 'there is none', cwd: '/', log: () => undefined, now: () => 0 },
  });
  await expect(service.ask('ping', {})).rejects.toMatchObject({ code: 'service/none' });
});
