import { renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

import { checkpointFingerprint } from '../../../trainer/src/scoring/checkpointFingerprint.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

function folderWith(files: Record<string, string>): string {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
  return folder;
}

const FILES = { 'config.json': '{}', 'model-1.safetensors': 'ab', 'model-2.safetensors': 'c' };

it.each([
  ['another folder with the same files', FILES, true],
  ['an optimizer beside it', { ...FILES, 'optimizer.safetensors': 'x', 'README.md': 'y' }, true],
  ['another config', { ...FILES, 'config.json': '{"a":1}' }, false],
  ['other weights', { ...FILES, 'model-2.safetensors': 'd' }, false],
  [
    'bytes in another shard',
    { ...FILES, 'model-1.safetensors': 'a', 'model-2.safetensors': 'bc' },
    false,
  ],
  ['a further shard', { ...FILES, 'model-3.safetensors': '' }, false],
])('%s', async (_, files, same) => {
  const wanted = await checkpointFingerprint(folderWith(FILES));
  expect(wanted).toMatch(/^[0-9a-f]{32}$/);
  expect((await checkpointFingerprint(folderWith(files))) === wanted).toBe(same);
});

it('sees a shard under another name as another checkpoint', async () => {
  const folder = folderWith(FILES);
  const before = await checkpointFingerprint(folder);
  renameSync(path.join(folder, 'model-2.safetensors'), path.join(folder, 'model-9.safetensors'));
  expect(await checkpointFingerprint(folder)).not.toBe(before);
});
