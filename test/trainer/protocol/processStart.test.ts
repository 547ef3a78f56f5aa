import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { threadShare } from '../../../trainer/src/run/liveRuns.ts';
import { processStart } from '@deepcoder/trainer-protocol/node';

describe('processStart', () => {
  it('is one for one process and another for another', async () => {
    const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)']);
    await once(child, 'spawn');
    const start = processStart(child.pid ?? 0);
    expect(start).toBe(processStart(child.pid ?? 0));
    expect(start).not.toBe(processStart(process.pid));
    expect(start).toMatch(/\d/);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(processStart(child.pid ?? 0)).toBeNull();
  });

  it.skipIf(process.platform !== 'linux')(
    'has ended when only its parent does not know',
    async () => {
      // bash starts a process that ends at once, then becomes a program that never asks for it.
      const parent = spawn('bash', ['-c', 'sleep 0.01 & echo $!; exec sleep 60']);
      const [line] = (await once(parent.stdout, 'data')) as [Buffer];
      await new Promise((resolve) => setTimeout(resolve, 200));
      expect(processStart(Number(line.toString()))).toBeNull();
      parent.kill('SIGKILL');
    },
  );

  it.each([0, -1, 4_194_303])('of %d, which is nobody, is null', (pid) => {
    expect(processStart(pid)).toBeNull();
  });
});

describe('threadShare', () => {
  it.each([
    [8, 0, 8],
    [8, 1, 4],
    [8, 2, 2],
    [2, 1, 1],
    [2, 5, 1],
    [1, 0, 1],
  ])('of %d cores beside %d others is %d', (cores, others, share) => {
    expect(threadShare(cores, others)).toBe(share);
  });
});
