import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { GOLDENS } from './goldens.ts';
import { referenceTest, runPython } from './python.ts';
import { writeSampleEvents } from './sampleEvents.ts';

const GOLDEN = path.join(GOLDENS, 'tensorboard');

async function sampleFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'events-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  writeSampleEvents(folder);
  return folder;
}

describe('the event file', () => {
  test('has the bytes that TensorBoard has read (goldens/tensorboard)', async () => {
    const folder = await sampleFolder();
    const names = (await readdir(GOLDEN)).filter((name) => name.startsWith('events.'));
    expect((await readdir(folder)).sort()).toEqual(names.sort());
    for (const name of names) {
      const written = await readFile(path.join(folder, name));
      expect(written.equals(await readFile(path.join(GOLDEN, name)))).toBe(true);
    }
  });

  test('was read as it was meant', async () => {
    const read = JSON.parse(await readFile(path.join(GOLDEN, 'read.json'), 'utf8')) as unknown;
    const series = (sign: number) => [
      [1, 1_700_000_001.25, Math.fround(sign * 4)],
      [2, 1_700_000_002.25, Math.fround(sign * 2)],
      [3, 1_700_000_103.5, Math.fround((sign * 2) / 3)],
      [70_000, 1_700_070_100.5, Math.fround((sign * 2) / 70_000)],
    ];
    expect(read).toEqual({
      'train/größe': series(1).map(([step, time]) => [step, time, Math.fround(1e30)]),
      'train/loss': series(1),
      'train/loss/reasoning': series(-1),
    });
  });

  referenceTest('is read by TensorBoard', async () => {
    const folder = await sampleFolder();
    const read: unknown = JSON.parse(await runPython('tensorboard_events.py', ['read', folder]));
    expect(read).toEqual(JSON.parse(await readFile(path.join(GOLDEN, 'read.json'), 'utf8')));
  });
});
