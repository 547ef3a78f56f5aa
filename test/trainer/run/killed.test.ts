import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { formatRunFile } from '@deepcoder/trainer-protocol';
import { describe, expect, it } from 'vitest';
import { listCheckpoints } from '../../../trainer/src/run/checkpointFolders.ts';
import { otherLiveRuns } from '../../../trainer/src/run/liveRuns.ts';
import {
  listRuns,
  readMetrics,
  readRun,
  sendControl,
  type RunSummary,
} from '@deepcoder/trainer-protocol/node';
import { startWorker, temporaryFolder, type Worker } from './startWorker.ts';

async function startRun(dir: string): Promise<{ worker: Worker; folder: string }> {
  const worker = await startWorker(['train', dir]);
  return { worker, folder: (worker.first as { folder: string }).folder };
}

async function summaryOf(folder: string): Promise<RunSummary> {
  const summary = await readRun(folder);
  if ('problem' in summary) throw new Error(summary.problem);
  return summary;
}

async function killHard({ process: child, ended }: Worker): Promise<void> {
  child.kill('SIGKILL');
  await ended;
}

describe('a run that is killed', { timeout: 60_000 }, () => {
  it('is running before, crashed after, and keeps its metrics', async () => {
    const { worker, folder } = await startRun(await temporaryFolder());
    await sendControl(folder, 'checkpoint');
    expect((await summaryOf(folder)).status).toBe('running');
    await sleep(100);
    await killHard(worker);
    const { status, run } = await summaryOf(folder);
    expect(status).toBe('crashed');
    expect(run.state).toBe('running');
    const { columns } = await readMetrics(folder);
    expect([...columns.step]).toEqual(Array.from({ length: columns.step.length }, (_, i) => i + 1));
    expect(columns.step.length).toBeGreaterThan(10);
    expect(await otherLiveRuns('elsewhere')).not.toContainEqual(
      expect.objectContaining({ folder: path.resolve(folder) }),
    );
  });

  it('is crashed, too, when its number now belongs to another process', async () => {
    const { worker, folder } = await startRun(await temporaryFolder());
    await killHard(worker);
    const { run } = await summaryOf(folder);
    const reused = { ...run, pid: process.pid };
    await writeFile(path.join(folder, 'run.json'), formatRunFile(reused));
    expect((await summaryOf(folder)).status).toBe('crashed');
  });

  it('of another machine is remote, whatever process has its number here', async () => {
    const { worker, folder } = await startRun(await temporaryFolder());
    const { run } = await summaryOf(folder);
    await killHard(worker);
    const other = { ...run, host: 'elsewhere', pid: process.pid };
    await writeFile(path.join(folder, 'run.json'), formatRunFile(other));
    expect((await summaryOf(folder)).status).toBe('remote');
    await expect(sendControl(folder, 'stop')).rejects.toMatchObject({ code: 'run/remote' });
  });

  it('goes on in the same folder, without the steps after its checkpoint', async () => {
    const { worker, folder } = await startRun(await temporaryFolder());
    await sleep(150);
    await killHard(worker);
    const before = (await readMetrics(folder)).columns.step.length;
    expect(before).toBeGreaterThan(8);
    const again = await startWorker(['resume', folder, '5']);
    await sendControl(folder, 'stop');
    await again.ended;
    const { columns, problems } = await readMetrics(folder);
    expect(problems).toEqual([]);
    expect([...columns.step]).toEqual(Array.from({ length: columns.step.length }, (_, i) => i + 1));
    expect((await summaryOf(folder)).status).toBe('stopped');
    const events = (await readdir(folder)).filter((name) => name.startsWith('events.'));
    expect(events).toHaveLength(2);
  });

  it('while it replaces a file leaves a whole one', async () => {
    const file = path.join(await temporaryFolder(), 'f');
    for (const delayMs of [5, 17, 40]) {
      const worker = await startWorker(['rewrite', file]);
      const reads = Array.from({ length: 30 }, async () => {
        await sleep(Math.random() * delayMs);
        return readFile(file, 'utf8');
      });
      await sleep(delayMs);
      const texts = await Promise.all(reads);
      await killHard(worker);
      for (const text of [...texts, await readFile(file, 'utf8')]) {
        const [number = ''] = text.split('\n', 1);
        expect(text === `${number}\n`.repeat(50_000)).toBe(true);
      }
    }
  });

  it('while it writes a checkpoint leaves whole ones only', async () => {
    const folder = await temporaryFolder();
    for (const delayMs of [3, 20, 50]) {
      const worker = await startWorker(['checkpoints', folder]);
      await sleep(delayMs);
      await killHard(worker);
      const steps = await listCheckpoints(folder);
      expect(steps.length).toBeGreaterThan(0);
      for (const step of steps) {
        const checkpoint = path.join(
          folder,
          'checkpoints',
          `step-${String(step).padStart(6, '0')}`,
        );
        for (const part of ['a', 'b', 'c']) {
          const text = await readFile(path.join(checkpoint, part), 'utf8');
          expect(text === `${step} `.repeat(20_000)).toBe(true);
        }
      }
    }
  });
});

describe('control', { timeout: 60_000 }, () => {
  it('pauses, goes on, writes a checkpoint, tells its state and stops', async () => {
    const dir = await temporaryFolder();
    const { worker, folder } = await startRun(dir);
    expect(await sendControl(folder, 'pause')).toMatchObject({ ok: true, state: 'paused' });
    const { step } = await sendControl(folder, 'status');
    expect((await summaryOf(folder)).status).toBe('paused');
    await sleep(60);
    expect(await sendControl(folder, 'status')).toMatchObject({ step, state: 'paused' });
    expect(await sendControl(folder, 'checkpoint')).toMatchObject({ ok: true, step });
    expect(await listCheckpoints(folder)).toEqual([step]);
    expect(await sendControl(folder, 'continue')).toMatchObject({ ok: true, state: 'running' });
    const stopped = await sendControl(folder, 'stop');
    expect(stopped).toMatchObject({ ok: true, state: 'stopped' });
    await worker.ended;
    const { status, run } = await summaryOf(folder);
    expect(status).toBe('stopped');
    expect(run).toMatchObject({ control: null, progress: { step: stopped.step } });
    expect((await listCheckpoints(folder)).at(-1)).toBe(stopped.step);
    expect(await readdir(folder)).not.toContain('control.sock');
    expect(await listRuns(dir)).toHaveLength(1);
    await expect(sendControl(folder, 'stop')).rejects.toMatchObject({ code: 'run/not-live' });
  });

  it.skipIf(process.platform === 'win32')(
    'is for the owner alone, whatever the umask',
    async () => {
      const { worker, folder } = await startRun(await temporaryFolder());
      const { run } = await summaryOf(folder);
      expect((await stat(run.control ?? '')).mode & 0o777).toBe(0o600);
      await killHard(worker);
    },
  );

  it('ends a paused run on Ctrl-C', async () => {
    const { worker, folder } = await startRun(await temporaryFolder());
    await sendControl(folder, 'pause');
    worker.process.kill('SIGINT');
    await worker.ended;
    expect((await summaryOf(folder)).status).toBe('stopped');
  });

  it('works in a folder whose path is too long for a socket', async () => {
    const dir = path.join(await temporaryFolder(), 'long-'.repeat(30));
    const { worker, folder } = await startRun(dir);
    const { run } = await summaryOf(folder);
    expect(run.control?.startsWith(dir)).toBe(false);
    expect(await sendControl(folder, 'stop')).toMatchObject({ ok: true });
    await worker.ended;
  });

  it('refuses a second process on the same run', async () => {
    const { worker, folder } = await startRun(await temporaryFolder());
    await expect(startWorker(['resume', folder, '1'])).rejects.toThrow('run/live');
    expect((await summaryOf(folder)).run.pid).toBe(worker.process.pid);
    await killHard(worker);
  });
});

describe('two runs at once', { timeout: 60_000 }, () => {
  it('know of each other, and the second takes a share of the threads', async () => {
    const dir = await temporaryFolder();
    // A notes folder of their own, so that other runs on this machine do not count.
    const env = { TMPDIR: await temporaryFolder(), TEMP: dir };
    const first = await startWorker(['train', dir], env);
    const second = await startWorker(['train', await temporaryFolder()], env);
    expect(first.first).toMatchObject({ others: [] });
    const { threads } = first.first as { threads: number };
    const id = path.basename((first.first as { folder: string }).folder);
    expect(second.first).toMatchObject({
      others: [id],
      threads: Math.max(1, Math.floor(threads / 2)),
    });
    const { folder } = second.first as { folder: string };
    expect(await readFile(path.join(folder, 'trainer.log'), 'utf8')).toContain(`with ${id};`);
    await Promise.all([killHard(first), killHard(second)]);
    const third = await startWorker(['train', dir], env);
    expect(third.first).toMatchObject({ others: [], threads });
    await killHard(third);
  });
});
