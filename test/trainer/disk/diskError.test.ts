import { chmod, readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openAppendFile } from '../../../trainer/src/disk/appendFile.ts';
import { atomicWrite } from '../../../trainer/src/disk/atomicWrite.ts';
import { createRunFolder } from '../../../trainer/src/run/runFolder.ts';
import { startWorker, temporaryFolder } from '../run/startWorker.ts';

const onLinux = it.skipIf(process.platform !== 'linux');

describe('a disk that is full', { timeout: 60_000 }, () => {
  onLinux('is said of a file that is appended to', () => {
    const file = openAppendFile('/dev/full');
    expect(() => file.append('x')).toThrow(
      expect.objectContaining({ code: 'run/disk-full', exitCode: 3 }),
    );
    file.close();
  });

  onLinux('leaves the earlier content of a file that is replaced', async () => {
    const folder = await temporaryFolder();
    const file = path.join(folder, 'f');
    // From n = 10 on the content is longer than the limit of 120 KiB.
    const limited = startWorker(['rewrite', file], {}, 'ulimit -f 120');
    const { ended, complaint } = await limited;
    await ended;
    expect(complaint()).toContain('run/disk-full');
    expect((await readFile(file, 'utf8')) === '9\n'.repeat(50_000)).toBe(true);
    expect(await readdir(folder)).toEqual(['f']);
  });
});

describe('a folder that cannot be written', { timeout: 60_000 }, () => {
  it('is named', async () => {
    const folder = await temporaryFolder();
    await expect(atomicWrite(path.join(folder, 'gone', 'f'), '')).rejects.toMatchObject({
      code: 'run/not-writable',
      message: expect.stringContaining(path.join(folder, 'gone', 'f')) as string,
    });
    await atomicWrite(path.join(folder, 'file'), '');
    await expect(createRunFolder(path.join(folder, 'file'), 'n', new Date())).rejects.toMatchObject(
      {
        code: 'run/not-writable',
      },
    );
  });

  it.skipIf(process.getuid?.() === 0 || process.platform === 'win32')(
    'also by permission, which root does not need',
    async () => {
      const folder = await temporaryFolder();
      await chmod(folder, 0o500);
      await expect(atomicWrite(path.join(folder, 'f'), '')).rejects.toMatchObject({
        code: 'run/not-writable',
      });
    },
  );
});

describe('createRunFolder', { timeout: 60_000 }, () => {
  it('names the run and the time, and never takes a folder twice', async () => {
    const dir = path.join(await temporaryFolder(), 'a', 'b');
    const now = new Date('2026-03-04T05:06:07.890Z');
    const folders = await Promise.all([1, 2, 3].map(() => createRunFolder(dir, 'react', now)));
    expect(folders.map((folder) => path.basename(folder)).sort()).toEqual([
      'react-20260304-050607',
      'react-20260304-050607-2',
      'react-20260304-050607-3',
    ]);
    for (const folder of folders) expect((await stat(folder)).isDirectory()).toBe(true);
  });
});

describe('atomicWrite', { timeout: 60_000 }, () => {
  it('replaces, and leaves nothing else behind', async () => {
    const folder = await temporaryFolder();
    const file = path.join(folder, 'f');
    await Promise.all(['a', 'bb', 'ccc'].map((text) => atomicWrite(file, text)));
    await atomicWrite(file, new Uint8Array([1, 2]));
    expect([...(await readFile(file))]).toEqual([1, 2]);
    expect(await readdir(folder)).toEqual(['f']);
  });
});
