import { expect, test } from 'vitest';
import { devicesHere } from '../../../trainer/src/engine/devices.ts';

const files = (there: Record<string, string>): Parameters<typeof devicesHere>[1] => ({
  list: (folder) => {
    const below = Object.keys(there).filter((file) => file.startsWith(`${folder}/`));
    return [...new Set(below.map((file) => file.slice(folder.length + 1).split('/')[0]!))];
  },
  read: (file) => there[file] ?? null,
  exists: (file) => file in there,
});
const CARD = '/sys/class/drm/card0/device';

test.each([
  ['no card', {}, []],
  [
    'an AMD card',
    { [`${CARD}/vendor`]: '0x1002\n', [`${CARD}/device`]: '0x73bf\n' },
    ['AMD 0x73bf'],
  ],
  ['a screen of a virtual machine', { [`${CARD}/vendor`]: '0x1234\n' }, []],
  [
    'an NVIDIA card lent to a container',
    { '/proc/driver/nvidia/version': 'NVRM 590.1\n' },
    ['NVIDIA'],
  ],
  ['the GPU of Windows in WSL', { '/dev/dxg': '' }, ['the GPU of Windows']],
])('on Linux: %s', (_, there, gpus) => {
  expect(devicesHere('linux', files(there)).gpus).toEqual(gpus);
});

test('another driver makes other devices, and other systems have a GPU', () => {
  const driver = (version: string) =>
    devicesHere('linux', files({ '/proc/driver/nvidia/version': `NVRM ${version}\n` }));
  expect(driver('590.1')).not.toEqual(driver('591.0'));
  expect(devicesHere('darwin', files({})).gpus).toHaveLength(1);
});
