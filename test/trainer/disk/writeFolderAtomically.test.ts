import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';

import { openCheckpoint } from '../../../trainer/src/checkpoint/openCheckpoint.ts';
import { saveCheckpoint } from '../../../trainer/src/checkpoint/saveCheckpoint.ts';
import {
  healFolder,
  writeFolderAtomically,
} from '../../../trainer/src/disk/writeFolderAtomically.ts';
import { canLimitFileSize, withFileSizeLimit } from '../../support/fileSizeLimit.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { TINY, tinyWeights } from '../checkpoint/support/tinyModel.ts';

const small = { config: TINY, tensors: tinyWeights(TINY), dtype: 'F32' } as const;
const LARGE = { ...TINY, vocabSize: 20_000 };
const large = { config: LARGE, tensors: tinyWeights(LARGE), dtype: 'F32' } as const;

/** What must hold after any failed write over an earlier checkpoint. */
async function expectEarlierIntact(folder: string): Promise<void> {
  expect(readdirSync(path.dirname(folder))).toEqual([path.basename(folder)]);
  const opened = await openCheckpoint(folder);
  expect(opened.config).toEqual(TINY);
  for (const [name, { values }] of small.tensors.tensors) {
    expect(await opened.read(name)).toEqual(values);
  }
}

describe('a full disk', () => {
  it('leaves the earlier checkpoint intact when a file may not grow (EFBIG)', async ({ skip }) => {
    if (!canLimitFileSize()) skip('needs the program prlimit');
    const folder = path.join(temporaryFolder(), 'best');
    await saveCheckpoint(folder, small);
    await withFileSizeLimit(65_536, async () => {
      await expect(saveCheckpoint(folder, large, { existing: 'replace' })).rejects.toMatchObject({
        code: 'run/disk-full',
        exitCode: 3,
      });
    });
    await expectEarlierIntact(folder);
  });

  it('leaves the earlier checkpoint intact on a file system without space (ENOSPC)', async ({
    skip,
  }) => {
    const mount = temporaryFolder();
    if (!runs('mount', '-t', 'tmpfs', '-o', 'size=256k', 'none', mount))
      skip('needs root to mount');
    onTestFinished(() => void runs('umount', mount));
    const folder = path.join(mount, 'runs', 'best');
    await saveCheckpoint(folder, small);
    const write = saveCheckpoint(folder, large, { existing: 'replace' });
    await expect(write).rejects.toMatchObject({ code: 'run/disk-full' });
    await expect(write).rejects.toThrow(
      /what was there before is intact: the disk is full \(ENOSPC\); free space/,
    );
    await expectEarlierIntact(folder);
  });
});

function runs(program: string, ...args: string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

it('leaves the earlier checkpoint intact when a weight is not finite', async () => {
  const folder = path.join(temporaryFolder(), 'best');
  await saveCheckpoint(folder, small);
  const tensors = tinyWeights(TINY);
  tensors.tensors.get('model.norm.weight')!.values[3] = NaN;
  await expect(
    saveCheckpoint(folder, { ...small, tensors }, { existing: 'replace' }),
  ).rejects.toMatchObject({ code: 'weights-not-finite' });
  await expectEarlierIntact(folder);
});

it('replaces a whole folder: no file of the earlier one stays', async () => {
  const folder = path.join(temporaryFolder(), 'best');
  await writeFolderAtomically(folder, (writing) => writeFile(path.join(writing, 'a'), '1'));
  await writeFolderAtomically(folder, (writing) => writeFile(path.join(writing, 'b'), '2'), {
    existing: 'replace',
  });
  expect(readdirSync(folder)).toEqual(['b']);
  expect(readdirSync(path.dirname(folder))).toEqual(['best']);
});

it('refuses a folder that holds something, unless told to replace it', async () => {
  const folder = temporaryFolder();
  writeFileSync(path.join(folder, 'thesis.txt'), 'years');
  await expect(saveCheckpoint(folder, small)).rejects.toMatchObject({ code: 'folder-exists' });
  expect(readdirSync(folder)).toEqual(['thesis.txt']);
});

it('fills a folder that is there and empty, and clears what a dead writer left', async () => {
  const folder = path.join(temporaryFolder(), 'step');
  mkdirSync(folder);
  mkdirSync(`${folder}.writing`);
  writeFileSync(path.join(`${folder}.writing`, 'half'), '');
  await saveCheckpoint(folder, small);
  await expectEarlierIntact(folder);
});

it('leaves a folder that a dead replacement had moved aside to its owner', async () => {
  const folder = path.join(temporaryFolder(), 'best');
  await saveCheckpoint(folder, small);
  renameSync(folder, `${folder}.previous`);
  await openCheckpoint(folder);
  expect(readdirSync(path.dirname(folder))).toEqual(['best.previous']);
  await healFolder(folder);
  await expectEarlierIntact(folder);
});

it('replaces a folder although another program keeps putting the earlier one back', async () => {
  const folder = path.join(temporaryFolder(), 'best');
  const done = new AbortController();
  const other = (async () => {
    while (!done.signal.aborted) {
      await healFolder(folder).catch(() => undefined);
      await setImmediate();
    }
  })();
  for (let n = 0; n < 100; n++) {
    const fill = (writing: string) => writeFile(path.join(writing, 'n'), `${n}`);
    await writeFolderAtomically(folder, fill, { existing: 'replace' });
    expect(readFileSync(path.join(folder, 'n'), 'utf8')).toBe(`${n}`);
  }
  done.abort();
  await other;
});

it('says that a folder cannot be made below a file', async () => {
  const file = path.join(temporaryFolder(), 'file');
  writeFileSync(file, 'x');
  await expect(saveCheckpoint(path.join(file, 'step'), small)).rejects.toMatchObject({
    code: 'run/not-writable',
  });
  expect(readFileSync(file, 'utf8')).toBe('x');
});
