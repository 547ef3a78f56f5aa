import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { cacheFolder } from '../disk/cacheFolder.ts';
import { cudaFolder, type CudaLibraries } from '../engine/onnx/cudaLibraries.ts';
import { fetchUnpacked } from './fetchUnpacked.ts';
import { findPip, type Pip } from './findPip.ts';
import { setupError } from './setupError.ts';

export interface SetupCudaOptions {
  /** A folder with CUDA 13's libraries; null downloads them. */
  cuda: string | null;
  log: (line: string) => void;
  cache?: string;
}

/** As ONNX Runtime's wheel of this version is linked. */
const ORT_VERSION = '1.30.0';
/** A folder that is there is complete, so another version has another. */
const RUNTIME = `runtime-${ORT_VERSION}`;
const CUDA_WHEELS = [
  'nvidia-cuda-runtime>=13,<14',
  'nvidia-cublas>=13,<14',
  'nvidia-curand>=10,<11',
];
/** What the provider is linked to, in the order in which they need each other. */
const CUDA_FILES = ['libcudart.so.13', 'libcublasLt.so.13', 'libcublas.so.13', 'libcurand.so.10'];
const PLATFORM_TAGS: Readonly<Record<string, string>> = {
  'linux-x64': 'manylinux_2_28_x86_64',
  'linux-arm64': 'manylinux_2_28_aarch64',
};

/**
 * Makes `engine.provider: cuda` loadable: ONNX Runtime with its CUDA provider, and CUDA's libraries, from the
 * Python registry or, the latter, from a folder. The driver is the user's. What is there already is kept.
 */
export async function setupCuda({
  cuda,
  log,
  cache: given = cacheFolder(),
}: SetupCudaOptions): Promise<CudaLibraries> {
  const cache = resolve(given);
  const platformTag = PLATFORM_TAGS[`${process.platform}-${process.arch}`];
  if (platformTag === undefined) {
    throw setupError(
      'cuda-platform',
      `CUDA can be set up on Linux, and this is ${process.platform} on ${process.arch}; engine.provider webgpu uses any GPU here`,
    );
  }
  const folder = cudaFolder(cache);
  const libraries = join(folder, 'libraries');
  const pip = await pipFor(cache, log);
  log(`1/3 ONNX Runtime ${ORT_VERSION} with CUDA, from the Python registry (0.26 GB)`);
  await fetched(pip, { folder: libraries, name: RUNTIME, platformTag }, [
    `onnxruntime-gpu==${ORT_VERSION}`,
  ]);
  log(cuda === null ? '2/3 CUDA 13, from the Python registry (0.53 GB)' : `2/3 CUDA in ${cuda}`);
  if (cuda === null)
    await fetched(pip, { folder: libraries, name: 'cuda', platformTag }, CUDA_WHEELS);
  const places =
    cuda === null
      ? [join(libraries, 'cuda')]
      : ['.', 'lib64', 'lib', 'targets/x86_64-linux/lib'].map((name) => resolve(cuda, name));
  log('3/3 looking whether all of it is there');
  const runtime = join(libraries, RUNTIME);
  const found: CudaLibraries = {
    version: ORT_VERSION,
    runtime: join(runtime, `libonnxruntime.so.${ORT_VERSION}`),
    provider: join(runtime, 'libonnxruntime_providers_cuda.so'),
    cuda: CUDA_FILES.map((name) => locate(name, places)),
  };
  writeFileSync(join(folder, 'cuda.json'), `${JSON.stringify(found, null, 2)}\n`);
  return found;
}

async function pipFor(cache: string, log: (line: string) => void): Promise<Pip> {
  mkdirSync(cache, { recursive: true, mode: 0o700 });
  return findPip(cache, log);
}

function locate(name: string, places: readonly string[]): string {
  const found = places.map((place) => join(place, name)).find((file) => existsSync(file));
  if (found !== undefined) return found;
  throw setupError(
    'cuda-library',
    `${name} is not in ${places.join(', ')}; give --cuda a folder with CUDA 13, or leave it out to download CUDA`,
  );
}

/** Every shared library of some wheels, side by side in one folder; a folder that is there is complete. */
async function fetched(
  pip: Pip,
  { folder, name, platformTag }: { folder: string; name: string; platformTag: string },
  requirements: readonly string[],
): Promise<void> {
  const target = join(folder, name);
  if (existsSync(target) && readdirSync(target).length > 0) return;
  await fetchUnpacked(pip, target, {
    ...{ requirements, platformTag, instead: '--cuda DIR', unpack: UNPACK },
  });
}

/** TensorRT's provider is 0.1 GB that nothing here uses. */
const UNPACK = `
import glob, os, re, shutil, sys, zipfile
wheels, folder = sys.argv[1:]
os.makedirs(folder)
for wheel in glob.glob(wheels + "/*.whl"):
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if re.search(r"\\.so(\\.[0-9.]+)?$", name) and "tensorrt" not in name and "pybind" not in name:
                with archive.open(name) as source, open(os.path.join(folder, os.path.basename(name)), "wb") as to:
                    shutil.copyfileobj(source, to)
`;
