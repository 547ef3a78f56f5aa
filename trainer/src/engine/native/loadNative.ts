import { existsSync } from 'node:fs';
import { DeepCoderError } from '@deepcoder/config';
import { env, registerBackend, version_core, type KernelBackend } from '@tensorflow/tfjs-core';
import {
  findAddon,
  nativePackages,
  nativeRequire,
  packageFolder,
  packageVersion,
  type NativeAddon,
  type NativeKind,
} from './nativeAddon.ts';

export interface NativeBackend {
  /** The name that `tf.setBackend` takes. */
  backend: 'tensorflow';
  kind: NativeKind;
  libtensorflowVersion: string;
  usesGpu: boolean;
}

interface AddonBinding {
  TF_Version: string;
  isUsingGpuDevice(): boolean;
}

type BackendClass = new (binding: AddonBinding, packageName: string) => KernelBackend;

let loaded: NativeBackend | null = null;

/**
 * Registers libtensorflow's kernels and the backend `tensorflow` with this program's tfjs-core.
 * The package's own copy of tfjs-core finds engine and kernel registry in globals, so both share
 * them; that holds while the two versions are equal, which is checked.
 *
 * The package's entry point is passed by: it wants its addon inside `node_modules`.
 *
 * @throws DeepCoderError that says what is missing and the command that brings it
 */
export function loadNative(kind: NativeKind): NativeBackend {
  if (loaded !== null) return reuse(loaded, kind);
  const addon = requireAddon(kind);
  quietLibrary();
  const binding = openAddon(addon, kind);
  const usesGpu = binding.isUsingGpuDevice();
  if (kind === 'tfjs-cuda' && !usesGpu) {
    throw missing(
      'native-no-gpu',
      `executor tfjs-cuda: libtensorflow ${binding.TF_Version} in ${addon.libraryFolder} finds no GPU it can use; check nvidia-smi and the driver, or take executor onnx or tfjs-cpu`,
    );
  }
  registerKernels(kind, binding);
  loaded = { backend: 'tensorflow', kind, libtensorflowVersion: binding.TF_Version, usesGpu };
  return loaded;
}

function reuse(backend: NativeBackend, kind: NativeKind): NativeBackend {
  if (backend.kind === kind) return backend;
  throw missing(
    'native-two-kinds',
    `executor ${kind}: this process already runs executor ${backend.kind}, and libtensorflow loads once; use one of them per process`,
  );
}

/** What is set up, checked without loading anything: `auto` asks this on every start. */
function requireAddon(kind: NativeKind): NativeAddon {
  const folder = packageFolder(kind);
  if (folder === null) {
    throw missing(
      'native-package-missing',
      `executor ${kind}: the optional package ${nativePackages[kind]} is not installed; run npm ci, then deepcoder setup ${kind}`,
    );
  }
  const addon = findAddon(kind);
  if (addon === null || !existsSync(addon.file)) {
    throw missing(
      'native-not-set-up',
      `executor ${kind}: libtensorflow is not set up; run deepcoder setup ${kind}`,
    );
  }
  const version = packageVersion(folder);
  if (version !== version_core || addon.packageVersion !== version) {
    throw missing(
      'native-version',
      `executor ${kind}: tfjs-core is ${version_core}, ${nativePackages[kind]} ${version}, its addon was built from ${addon.packageVersion}, and all must be equal; run npm ci, then deepcoder setup ${kind}`,
    );
  }
  return addon;
}

function openAddon(addon: NativeAddon, kind: NativeKind): AddonBinding {
  try {
    return nativeRequire(addon.file) as AddonBinding;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw missing(
      'native-addon-broken',
      `executor ${kind}: ${addon.file} does not load (${reason}); run deepcoder setup ${kind} again`,
      cause,
    );
  }
}

function registerKernels(kind: NativeKind, binding: AddonBinding): void {
  const name = nativePackages[kind];
  // tfjs warns of each CPU kernel that its union package registers a second time, unless in PROD.
  const before = env().getBool('PROD');
  env().set('PROD', true);
  try {
    nativeRequire(`${name}/dist/register_all_kernels`);
    const { NodeJSKernelBackend } = nativeRequire(`${name}/dist/nodejs_kernel_backend`) as {
      NodeJSKernelBackend: BackendClass;
    };
    registerBackend('tensorflow', () => new NodeJSKernelBackend(binding, name));
  } finally {
    env().set('PROD', before);
  }
}

/** libtensorflow greets on stderr; warnings and errors stay. */
function quietLibrary(): void {
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '1';
}

function missing(code: string, message: string, cause?: unknown): DeepCoderError {
  return new DeepCoderError(code, message, { exitCode: 2, cause });
}
