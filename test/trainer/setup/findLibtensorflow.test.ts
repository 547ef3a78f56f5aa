import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findLibtensorflow } from '../../../trainer/src/setup/findLibtensorflow.ts';
import { sandbox } from './fakePrograms.ts';

const box = sandbox();
const HEADERS = [
  'tensorflow/c/c_api.h',
  'tensorflow/c/eager/c_api.h',
  'tensorflow/core/platform/ctstring_internal.h',
].map((header) => `include/${header}`);
const fill = (prefix: string, files: readonly string[]) =>
  files.forEach((file) => box.write(join('tf', prefix, file)));

test.each([
  {
    layout: 'an unpacked libtensorflow',
    files: ['lib/libtensorflow.so.2', 'lib/libtensorflow_framework.so.2', ...HEADERS],
    found: { libraryFolder: 'lib', includeFolder: 'include' },
    libraries: ['libtensorflow.so.2', 'libtensorflow_framework.so.2'],
  },
  {
    layout: 'a Python package',
    files: ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2', ...HEADERS],
    found: { libraryFolder: '', includeFolder: 'include' },
    libraries: ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'],
  },
  {
    layout: 'site-packages',
    files: ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2', ...HEADERS].map(
      (file) => `tensorflow/${file}`,
    ),
    found: { libraryFolder: 'tensorflow', includeFolder: 'tensorflow/include' },
    libraries: ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'],
  },
  {
    layout: 'one library that holds all',
    files: ['lib/libtensorflow.2.dylib', ...HEADERS],
    found: { libraryFolder: 'lib', includeFolder: 'include' },
    libraries: ['libtensorflow.2.dylib'],
  },
])('$layout', ({ files, found, libraries }) => {
  fill('', files);
  const root = join(box.folder, 'tf');
  expect(findLibtensorflow(root)).toEqual({
    libraryFolder: join(root, found.libraryFolder),
    includeFolder: join(root, found.includeFolder),
    libraries,
  });
});

test('a folder that is not there', () => {
  expect(() => findLibtensorflow(join(box.folder, 'nowhere'))).toThrow(/there is no such folder/);
});

test('a folder of something else', () => {
  mkdirSync(join(box.folder, 'tf'));
  expect(() => findLibtensorflow(join(box.folder, 'tf'))).toThrow(/no libtensorflow_cc\.so\.2/);
});

test('libraries without headers', () => {
  fill('', ['lib/libtensorflow.so.2', ...HEADERS.slice(1)]);
  expect(() => findLibtensorflow(join(box.folder, 'tf'))).toThrow(/C headers are missing/);
});
