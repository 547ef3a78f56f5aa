import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { NativeKind } from '../engine/native/nativeAddon.ts';
import { downloadWheels } from './downloadWheels.ts';
import { findPip, type Pip } from './findPip.ts';
import { lastLines } from '../disk/logEnd.ts';
import { runProgram } from './runProgram.ts';
import { setupError } from './setupError.ts';

/** The version that the tests run against. */
const TENSORFLOW_VERSION = '2.21.0';

/** Which wheel carries libtensorflow for a platform; its Python version does not matter to us. */
interface Wheel {
  name: string;
  platformTag: string;
  /** What the user is told before it starts. */
  size: string;
}

const WHEELS: Readonly<Record<string, Wheel>> = {
  'tfjs-cpu-linux-x64': {
    name: 'tensorflow-cpu',
    platformTag: 'manylinux_2_27_x86_64',
    size: '0.27 GB to download, 0.9 GB on disk',
  },
  'tfjs-cpu-linux-arm64': {
    name: 'tensorflow',
    platformTag: 'manylinux_2_27_aarch64',
    size: '0.28 GB to download, about 0.9 GB on disk',
  },
  'tfjs-cpu-darwin-arm64': {
    name: 'tensorflow',
    platformTag: 'macosx_12_0_arm64',
    size: '0.22 GB to download, 0.8 GB on disk',
  },
  'tfjs-cuda-linux-x64': {
    name: 'tensorflow',
    platformTag: 'manylinux_2_27_x86_64',
    size: 'with the CUDA libraries about 3 GB to download, 6 GB on disk',
  },
};

/**
 * Unpacks the libraries and C headers of a TensorFlow wheel of the Python registry into the cache,
 * once, and for `tfjs-cuda` the CUDA libraries that it asks for beside it, where its own search path
 * looks for them (`../nvidia`).
 *
 * @returns the folder `tensorflow`
 */
export async function fetchLibtensorflow(options: {
  kind: NativeKind;
  cache: string;
  log: (line: string) => void;
}): Promise<string> {
  const { kind, cache, log } = options;
  const wheel = WHEELS[`${kind}-${process.platform}-${process.arch}`];
  if (wheel === undefined) {
    throw setupError(
      'native-platform',
      `no TensorFlow wheel is known for ${process.platform} on ${process.arch}; give --libtensorflow DIR`,
    );
  }
  const name = `${kind}-${TENSORFLOW_VERSION}-${wheel.platformTag}`;
  const folder = join(cache, 'libtensorflow', name);
  if (existsSync(folder)) {
    log(`    from the cache: ${folder}`);
    return join(folder, 'tensorflow');
  }
  const pip = await findPip(cache, log);
  log(`    ${wheel.name} ${TENSORFLOW_VERSION} of the Python registry (${wheel.size})`);
  // Unpacked under another name first: a folder that is there is complete.
  const work = `${folder}.${process.pid}`;
  try {
    mkdirSync(work, { recursive: true });
    await unpackWheels({ pip, wheel, kind, work });
    // Another process may have been faster; what it unpacked is the same.
    if (!existsSync(folder)) renameSync(join(work, 'unpacked'), folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return join(folder, 'tensorflow');
}

const INSTEAD = '--libtensorflow DIR';

async function unpackWheels(options: {
  pip: Pip;
  wheel: Wheel;
  kind: NativeKind;
  work: string;
}): Promise<void> {
  const { pip, wheel, kind, work } = options;
  const wheels = join(work, 'wheels');
  await downloadWheels(pip, { wheels, platformTag: wheel.platformTag, instead: INSTEAD }, [
    `${wheel.name}==${TENSORFLOW_VERSION}`,
  ]);
  const requirements = await unpack(pip, wheels, join(work, 'unpacked'));
  if (kind !== 'tfjs-cuda') return;
  rmSync(wheels, { recursive: true });
  const tags = { wheels, platformTag: wheel.platformTag, instead: INSTEAD };
  for (const requirement of requirements) await downloadWheels(pip, tags, [requirement]);
  await unpack(pip, wheels, join(work, 'unpacked'));
}

/**
 * Takes libraries, C headers and shared CUDA libraries out of every wheel in a folder, and prints
 * the requirements of TensorFlow's extra `and-cuda`. Python reads the archives: it is there with pip.
 */
const UNPACK = `
import glob, re, sys, zipfile
wheels, folder = sys.argv[1:]
wanted = re.compile(
    r"tensorflow/libtensorflow[^/]*$"
    r"|tensorflow/include/tensorflow/(c|core/platform|tsl/platform)/"
    r"|tensorflow/include/(xla/)?tsl/(c|platform)/"
    r"|nvidia/[^/]+/(lib|bin|nvvm)/")
for wheel in glob.glob(wheels + "/*.whl"):
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder, [name for name in archive.namelist() if wanted.match(name)])
        for name in archive.namelist():
            if re.match(r"tensorflow[^/]*\\.dist-info/METADATA$", name):
                for line in archive.read(name).decode().splitlines():
                    found = re.match(r'Requires-Dist: (.*);\\s*extra == "and-cuda"', line)
                    if found: print(found.group(1).strip())
`;

async function unpack(pip: Pip, wheels: string, folder: string): Promise<string[]> {
  const result = await runProgram(pip.python, ['-c', UNPACK, wheels, folder]);
  if (result.code !== 0) {
    throw setupError(
      'wheel-unpack',
      `the TensorFlow wheel could not be unpacked into ${folder}; is the disk full?\n${lastLines(result.output)}`,
    );
  }
  return result.stdout.split('\n').filter((line) => line !== '');
}
