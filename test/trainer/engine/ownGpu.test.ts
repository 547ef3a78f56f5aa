import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { gpuNumbers, ownGpu } from '../../../trainer/src/engine/collective/ownGpu.ts';

test.each([
  [
    'each of four ranks has its own of four',
    4,
    undefined,
    ['0', '1', '2', '3'],
    ['0', '1', '2', '3'],
  ],
  ['four ranks share two', 4, undefined, ['0', '1'], ['0', '1', '0', '1']],
  ['of those that are shown', 2, '3,5', ['0', '1', '2', '3', '4', '5'], ['3', '5']],
  ['by their names too', 2, 'GPU-a,GPU-b', [], ['GPU-a', 'GPU-b']],
  ['nothing to choose where one is shown', 2, '1', ['0', '1'], [null, null]],
  ['nor where there is one', 2, undefined, ['0'], [null, null]],
  ['nor where there is none', 2, undefined, [], [null, null]],
  ['one rank takes what it takes alone', 1, undefined, ['0', '1'], [null]],
])('%s', (...[, size, shown, devices, wanted]) => {
  const ranks = [...Array(size).keys()];
  expect(ranks.map((rank) => ownGpu({ rank, size }, { shown, devices }))).toEqual(wanted);
});

test('the devices of a machine are those that its driver has made', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'dev-'));
  for (const name of ['nvidia10', 'nvidia2', 'nvidiactl', 'nvidia-uvm', 'null'])
    writeFileSync(path.join(folder, name), '');
  expect(gpuNumbers(folder)).toEqual(['2', '10']);
  expect(gpuNumbers(path.join(folder, 'none'))).toEqual([]);
  rmSync(folder, { recursive: true });
});
