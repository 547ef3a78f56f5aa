import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openCandidates, openExecutor } from '../../../trainer/src/engine/openExecutor.ts';
import type { Executor } from '../../../trainer/src/engine/program.ts';
import { provenExecutor } from '../../../trainer/src/engine/provenExecutor.ts';
import { selfTest } from '../../../trainer/src/engine/selfTest.ts';
import { openOnnx, openReference } from '../../support/executors.ts';

let cpu: Executor;
const cacheDir = mkdtempSync(join(tmpdir(), 'dc-proven-'));
beforeAll(async () => {
  cpu = await openOnnx();
}, 60_000);
afterAll(() => rmSync(cacheDir, { recursive: true }));

/** An executor of which one state tensor is wrong by a hundredth of its largest value. */
function wrong(executor: Executor): Executor {
  return {
    ...executor,
    tensor: (value) => {
      const tensor = executor.tensor(value);
      if (value.shape.length !== 1) return tensor;
      return { ...tensor, read: async () => (await tensor.read()).map((x) => x * 1.02) };
    },
  };
}

test('a small step is the same on executors that compute rightly', async () => {
  expect(await selfTest(await openReference(), cpu)).toBeNull();
});

test('an executor that computes wrongly is told from one that does not', async () => {
  expect(await selfTest(wrong(cpu), cpu)).toMatch(/^the weight norm is off by 0\.0\d+ from/);
});

test('what was found of a device is kept, and one that computes wrongly is refused by name', async () => {
  const options = { provider: 'cpu', threads: 2, cacheDir, isChosen: true } as const;
  const refusal = { code: 'provider-refused', exitCode: 2 };
  const opening = (trusted: Executor): Promise<Executor> => provenExecutor({ ...options, trusted });
  await expect(opening(wrong(cpu))).rejects.toMatchObject(refusal);
  expect(readdirSync(join(cacheDir, 'devices'))).toHaveLength(1);
  await expect(opening(cpu)).rejects.toThrow(
    /computes wrongly: the weight norm .*update its driver/,
  );
});

test('auto takes the CPU where nothing else is there, and says why', async () => {
  const request = { provider: 'auto', threads: 2, cacheDir: null } as const;
  const { usable, refused } = await openCandidates({ ...request, executor: 'auto' });
  expect(usable.at(-1)!.description).toContain('cpu');
  expect(refused.join()).toContain('not cuda (engine.provider cuda: CUDA is not set up');
  expect(refused.join()).toContain('not tfjs-cuda (');
});

test.each([
  ['native', 'tfjs-cpu'],
  ['cuda', 'tfjs-cuda'],
] as const)('the old name %s is that of %s', async (executor, name) => {
  const request = { executor, provider: 'auto', threads: 1, cacheDir: null } as const;
  const opened = openExecutor(request).then(
    ({ executor, reason }) => `${executor.name}: ${reason}`,
  );
  const said = await opened.catch((error: unknown) => (error as Error).message);
  expect(said).toContain(name);
});
