import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  addonFolder,
  cacheFolder,
  findAddon,
  nativePackages,
  packageFolder,
  packageVersion,
  type NativeAddon,
  type NativeKind,
} from '../engine/native/nativeAddon.ts';
import { compileAddon } from './compileAddon.ts';
import { fetchLibtensorflow } from './fetchLibtensorflow.ts';
import { findLibtensorflow } from './findLibtensorflow.ts';
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
 * Makes the executor `native` or `cuda` loadable: takes libtensorflow from a folder or a Python
 * wheel, compiles the npm package's addon against it and tries the result. What is there already is
 * kept, so a second call is quick.
 */
export async function setupNative(options: SetupNativeOptions): Promise<NativeAddon> {
  const { kind, log, cache = cacheFolder() } = options;
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
  log(`2/3 compiling the addon of ${nativePackages[kind]} ${version}`);
  const folder = addonFolder(kind, cache);
  mkdirSync(folder, { recursive: true });
  const built = join(folder, `tfjs_binding.${process.pid}.node`);
  try {
    await compileAddon({ source, libtensorflow, output: built });
    log('3/3 trying it');
    const tried = await tryAddon(built);
    log(`libtensorflow ${tried.version} on ${tried.usesGpu ? 'GPU' : 'CPU'}`);
    const file = join(folder, 'tfjs_binding.node');
    renameSync(built, file);
    const addon: NativeAddon = {
      file,
      packageVersion: version,
      libtensorflowVersion: tried.version,
      libraryFolder: libtensorflow.libraryFolder,
    };
    writeFileSync(join(folder, 'addon.json'), `${JSON.stringify(addon, null, 2)}\n`);
    if (kind === 'cuda' && !tried.usesGpu) log(noGpuNote);
    return addon;
  } finally {
    rmSync(built, { force: true });
  }
}

const noGpuNote =
  'The addon is built and loads, but libtensorflow finds no GPU here, so nothing was run on one; on a machine with an NVIDIA driver executor cuda works, here take onnx or native';

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
    kind === 'cuda'
      ? platform === 'linux' && arch === 'x64'
      : platform === 'linux' || (platform === 'darwin' && arch === 'arm64');
  if (fits) return;
  const where = kind === 'cuda' ? 'Linux on x64' : 'Linux and on macOS with Apple silicon';
  throw setupError(
    'native-platform',
    `executor ${kind} can be set up on ${where}, and this is ${platform} on ${arch}; executor onnx works here`,
  );
}
