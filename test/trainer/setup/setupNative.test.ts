import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DeepCoderError } from '@deepcoder/config';
import { describe, expect, test, vi } from 'vitest';
import { loadNative } from '../../../trainer/src/engine/native/loadNative.ts';
import { setupNative } from '../../../trainer/src/setup/setupNative.ts';
import { sandbox } from './fakePrograms.ts';

const box = sandbox();
const WITH_PIP = 'exit 0';
const LIBRARY = [
  'lib/libtensorflow.so.2',
  'lib/libtensorflow_framework.so.2',
  'include/tensorflow/c/c_api.h',
  'include/tensorflow/c/eager/c_api.h',
  'include/tensorflow/core/platform/ctstring_internal.h',
];

async function failure(libtensorflow: string | null = null): Promise<DeepCoderError> {
  const cache = join(box.folder, 'cache');
  const setup = setupNative({ kind: 'tfjs-cpu', libtensorflow, log: () => undefined, cache });
  const error: unknown = await setup.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(DeepCoderError);
  return error as DeepCoderError;
}

function library(): string {
  for (const file of LIBRARY) box.write(join('tf', file));
  return join(box.folder, 'tf');
}

describe.runIf(process.platform === 'linux')('what can go wrong', () => {
  test('no Python', async () => {
    expect(await failure()).toMatchObject({ code: 'no-python', exitCode: 2 });
  });

  test('a Python without pip and venv', async () => {
    box.program('python3', 'test "$1" = -c');
    const { code, message } = await failure();
    expect(code).toBe('no-pip');
    expect(message).toContain('apt install python3-pip');
  });

  test('no network: what pip said, and nothing is left that looks complete', async () => {
    box.program('python3', 'test "$3" = download && { echo "no route"; exit 1; }; exit 0');
    const { code, message } = await failure();
    expect(code).toBe('wheel-download');
    expect(message).toContain('no route');
    expect(message).toContain('--libtensorflow DIR');
    const kept = join(box.folder, 'cache', 'libtensorflow');
    expect(existsSync(kept) ? readdirSync(kept) : []).toEqual([]);
  });

  test('no compiler', async () => {
    const { code, message } = await failure(library());
    expect(code).toBe('no-compiler');
    expect(message).toContain('apt install g++');
  });

  test('CXX names something that is not there', async () => {
    vi.stubEnv('CXX', 'no-such-compiler');
    expect((await failure(library())).message).toContain('tried no-such-compiler');
  });

  test('a compiler that fails: its last words', async () => {
    box.program('c++', 'test "$1" = --version && exit 0; echo "undefined TFE_Execute"; exit 1');
    const { code, message } = await failure(library());
    expect(code).toBe('addon-compile');
    expect(message).toContain('undefined TFE_Execute');
  });

  test('an addon that does not load leaves none behind', async () => {
    const output = 'while [ "$1" != -o ]; do shift; done; echo junk > "$2"';
    box.program('c++', `test "$1" = --version && exit 0; ${output}`);
    const { code, message } = await failure(library());
    expect(code).toBe('addon-load');
    expect(message).toMatch(/file too short|invalid ELF header/);
    expect(readdirSync(join(box.folder, 'cache/addons/tfjs-cpu-linux-' + process.arch))).toEqual(
      [],
    );
  });

  test('a cache that cannot be written', async () => {
    box.write('cache', 'a file where the folder should be');
    box.program('python3', WITH_PIP);
    const { code, message } = await failure();
    expect(code).toBe('cache-write');
    expect(message).toContain('DEEPCODER_CACHE');
  });

  test('a wrong folder is said before anything is downloaded or compiled', async () => {
    box.program('python3', WITH_PIP);
    expect((await failure(join(box.folder, 'nowhere'))).code).toBe('libtensorflow-missing');
  });
});

test('an executor that is not set up names the command', () => {
  vi.stubEnv('DEEPCODER_CACHE', box.folder);
  expect(() => loadNative('tfjs-cpu')).toThrow(/run deepcoder setup tfjs-cpu/);
  expect(() => loadNative('tfjs-cuda')).toThrow(/run deepcoder setup tfjs-cuda/);
});

test('an addon of another version is refused', () => {
  vi.stubEnv('DEEPCODER_CACHE', box.folder);
  const file = box.write('addon.node');
  const description = {
    file,
    packageVersion: '1.2.3',
    libtensorflowVersion: '2',
    libraryFolder: '',
  };
  const folder = `addons/tfjs-cpu-${process.platform}-${process.arch}`;
  box.write(join(folder, 'addon.json'), JSON.stringify(description));
  expect(() => loadNative('tfjs-cpu')).toThrow(/built from 1\.2\.3.*all must be equal/);
});
