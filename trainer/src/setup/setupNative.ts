import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { cacheFolder } from '../disk/cacheFolder.ts';
import {
  addonFolder,
  findAddon,
  nativePackages,
  packageFolder,
  packageVersion,
  type NativeAddon,
  type NativeKind,
} from '../engine/native/nativeAddon.ts';
import { compileAddon } from './compileAddon.ts';
import { fetchLibtensorflow } from './fetchLibtensorflow.ts';
import { findLibtensorflow, type Libtensorflow } from './findLibtensorflow.ts';
import { setupError } from './setupError.ts';
import { tryAddon } from './tryAddon.ts';

export interface SetupNativeOptions {
  kind: NativeKind;
  /** An unpacked libtensorflow or an installed `tensorflow` Python package; null downloads one. */
  libtensorflow: string | null;
  log: (line: string) => void;
  cache?: string;
}

/**
 * Makes the executor `tfjs-cpu` or `tfjs-cuda` loadable: takes libtensorflow from a folder or a Python
 * wheel, compiles the npm package's addon against it and tries the result. What is there already is
 * kept, so a second call is quick.
 */
export async function setupNative(options: SetupNativeOptions): Promise<NativeAddon> {
  const cache = resolve(options.cache ?? cacheFolder());
  try {
    return await setup({ ...options, cache });
  } catch (error) {
    if (!(error instanceof Error) || !('syscall' in error)) throw error;
    throw setupError(
      'cache-write',
      `${error.message}; is the disk full or read-only? DEEPCODER_CACHE may name another folder than ${cache}`,
      error,
    );
  }
}

async function setup(options: SetupNativeOptions & { cache: string }): Promise<NativeAddon> {
  const { kind, log, cache } = options;
  const source = packageFolder(kind);
  if (source === null) {
    throw setupError(
      'native-package-missing',
      `the optional package ${nativePackages[kind]} is not installed; run npm ci in the folder of DeepCoder`,
    );
  }
  checkPlatform(kind);
  const version = packageVersion(source);
  const wanted = options.libtensorflow === null ? null : resolve(options.libtensorflow);
  const present = await presentAddon({ kind, version, wanted, cache });
  if (present !== null) {
    log(`${kind} is set up already: libtensorflow ${present.libtensorflowVersion}`);
    return present;
  }

  log(`1/3 libtensorflow${wanted === null ? '' : ` in ${wanted}`}`);
  const libtensorflow = findLibtensorflow(
    wanted ?? (await fetchLibtensorflow({ kind, cache, log })),
  );
  return buildAddon({
    kind,
    source,
    version,
    libtensorflow,
    folder: addonFolder(kind, cache),
    log,
  });
}

async function buildAddon(options: {
  kind: NativeKind;
  source: string;
  version: string;
  libtensorflow: Libtensorflow;
  folder: string;
  log: (line: string) => void;
}): Promise<NativeAddon> {
  const { kind, source, version, libtensorflow, folder, log } = options;
  log(`2/3 compiling the addon of ${nativePackages[kind]} ${version}`);
  mkdirSync(folder, { recursive: true });
  const built = join(folder, `tfjs_binding.${process.pid}.node`);
  try {
    await compileAddon({ source, libtensorflow, output: built });
    log('3/3 trying it');
    const tried = await tryAddon(built);
    log(`libtensorflow ${tried.version} on ${tried.usesGpu ? 'GPU' : 'CPU'}`);
    if (kind === 'tfjs-cuda' && !tried.usesGpu) log(noGpuNote);
    const addon: NativeAddon = {
      file: join(folder, 'tfjs_binding.node'),
      packageVersion: version,
      libtensorflowVersion: tried.version,
      libraryFolder: libtensorflow.libraryFolder,
    };
    renameSync(built, addon.file);
    writeFileSync(join(folder, 'addon.json'), `${JSON.stringify(addon, null, 2)}\n`);
    return addon;
  } finally {
    rmSync(built, { force: true });
  }
}

const noGpuNote =
  'The addon is built and loads, but libtensorflow finds no GPU here, so nothing was run on one; on a machine with an NVIDIA driver executor tfjs-cuda works, here take onnx or tfjs-cpu';

/** The addon that is there, when it answers the request and still loads. */
async function presentAddon(request: {
  kind: NativeKind;
  version: string;
  wanted: string | null;
  cache: string;
}): Promise<NativeAddon | null> {
  const addon = findAddon(request.kind, request.cache);
  if (addon?.packageVersion !== request.version) return null;
  if (
    request.wanted !== null &&
    findLibtensorflow(request.wanted).libraryFolder !== addon.libraryFolder
  )
    return null;
  try {
    await tryAddon(addon.file);
    return addon;
  } catch {
    return null;
  }
}

function checkPlatform(kind: NativeKind): void {
  const { platform, arch } = process;
  const fits =
    kind === 'tfjs-cuda'
      ? platform === 'linux' && arch === 'x64'
      : platform === 'linux' || (platform === 'darwin' && arch === 'arm64');
  if (fits) return;
  const where = kind === 'tfjs-cuda' ? 'Linux on x64' : 'Linux and on macOS with Apple silicon';
  throw setupError(
    'native-platform',
    `executor ${kind} can be set up on ${where}, and this is ${platform} on ${arch}; executor onnx works here`,
  );
}
