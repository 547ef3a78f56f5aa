import { access, constants } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { Command } from 'commander';
import {
  findAddon,
  nativePackages,
  packageFolder,
  type NativeKind,
} from '../engine/native/nativeAddon.ts';
import { DeepCoderError } from '@deepcoder/config';
import path from 'node:path';
import { cacheFolder } from '../disk/cacheFolder.ts';
import { findMpi } from '../engine/collective/findMpi.ts';
import { openMpiLibrary } from '../engine/collective/mpiLibrary.ts';
import { describeProviders } from '../engine/describeProviders.ts';
import { describeOnnx } from '../engine/onnx/describeOnnx.ts';
import { bytesText } from '../run/bytesText.ts';
import { tryAddon } from '../setup/tryAddon.ts';
import { lookAtMachine } from './check.ts';
import { type Cli, examples, print, printJson } from './cli.ts';
import { jsonOption } from './options.ts';
import { textTable } from './textTable.ts';
import { installedVersion, PROGRAM_VERSION } from './versions.ts';

/** `missing` is needed, `optional` is not there and not needed. */
export interface Finding {
  what: string;
  state: 'ok' | 'optional' | 'low' | 'missing';
  detail: string;
  /** What to do; null where nothing is to be done. */
  cure: string | null;
}

const SUPPORTED = ['linux-x64', 'linux-arm64', 'win32-x64', 'win32-arm64', 'darwin-arm64'];
const NODE_FLOOR = [20, 19] as const;
const LITTLE_MEMORY = 1e9;
const LITTLE_DISK = 1e9;

export function doctorCommand(cli: Cli): Command {
  return new Command('doctor')
    .summary('say what is installed and what is missing')
    .description(
      'Looks at Node, the native parts, the executors, memory and disk, and says what to do where ' +
        'something is missing. Exits with 2 where training cannot work.',
    )
    .addOption(jsonOption())
    .addHelpText('after', examples('doctor', 'doctor --json'))
    .action(async ({ json = false }: { json?: boolean }) => {
      const findings = await examine(cli);
      const broken = findings.some(({ state }) => state === 'missing');
      if (json) printJson(cli, { version: PROGRAM_VERSION, ok: !broken, findings });
      else print(cli, `deepcoder ${PROGRAM_VERSION}`, textOf(findings, broken));
      if (broken) cli.end.code = 2;
    });
}

export async function examine({ cwd, env }: Pick<Cli, 'cwd' | 'env'>): Promise<Finding[]> {
  return [
    node(),
    platform(),
    await onnxRuntime(),
    await tokenizers(),
    ...(await providers()),
    await native('tfjs-cpu'),
    await native('tfjs-cuda'),
    await ranks(env),
    ...(await machine(cwd)),
    await folder(cwd),
  ];
}

function textOf(findings: readonly Finding[], broken: boolean): string {
  const rows = findings.map(({ what, state, detail }) => [what, state, detail]);
  const cures = findings.flatMap(({ what, cure }) => (cure === null ? [] : [`${what}: ${cure}`]));
  const verdict = broken ? 'training cannot work yet' : 'ready to train';
  return [textTable([['', 'state', ''], ...rows]), '', verdict, ...cures].join('\n');
}

function node(): Finding {
  const version = process.versions.node;
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isNew = major > NODE_FLOOR[0] || (major === NODE_FLOOR[0] && minor >= NODE_FLOOR[1]);
  const cure = `install Node ${NODE_FLOOR.join('.')} or newer from https://nodejs.org`;
  return isNew ? ok('Node', version) : { what: 'Node', state: 'missing', detail: version, cure };
}

function platform(): Finding {
  const name = `${process.platform}-${process.arch}`;
  if (SUPPORTED.includes(name)) return ok('platform', name);
  const cure = `ONNX Runtime supports ${SUPPORTED.join(', ')}; use one of these machines`;
  return { what: 'platform', state: 'missing', detail: name, cure };
}

async function onnxRuntime(): Promise<Finding> {
  const what = 'onnxruntime';
  try {
    const { version } = await describeOnnx();
    return ok(what, `${version}, ${availableParallelism()} threads`);
  } catch (error) {
    return doesNotLoad(what, error);
  }
}

/** What is not there is not needed. */
async function providers(): Promise<Finding[]> {
  try {
    const found = await describeProviders(path.join(cacheFolder(), 'graphs'));
    return found.map(({ name, isUsable, detail }) => ({
      ...{ what: `provider ${name}`, state: isUsable ? 'ok' : 'optional', detail },
      cure: null,
    }));
  } catch (error) {
    // Without ONNX Runtime itself there is nothing to say of it.
    if (error instanceof DeepCoderError) return [];
    throw error;
  }
}

async function tokenizers(): Promise<Finding> {
  const what = 'tokenizers';
  try {
    await import('tokenizers');
    return ok(what, installedVersion(what) ?? 'loads');
  } catch (error) {
    return doesNotLoad(what, error);
  }
}

function doesNotLoad(what: string, error: unknown): Finding {
  const detail = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
  return { what, state: 'missing', detail, cure: 'run npm ci in the folder of DeepCoder' };
}

async function native(kind: NativeKind): Promise<Finding> {
  const what = `executor ${kind}`;
  const set = (detail: string, cure: string): Finding => ({
    ...{ what, state: 'optional', detail, cure },
  });
  if (packageFolder(kind) === null) {
    const cure = `not needed; for it run npm ci, then deepcoder setup ${kind}`;
    return set(`${nativePackages[kind]} is not installed`, cure);
  }
  const addon = findAddon(kind);
  if (addon === null) return set('not set up', `not needed; for it run deepcoder setup ${kind}`);
  try {
    const { version, usesGpu } = await tryAddon(addon.file);
    return ok(what, `libtensorflow ${version} on ${usesGpu ? 'GPU' : 'CPU'}`);
  } catch {
    return set('its add-on does not load', `run deepcoder setup ${kind} again`);
  }
}

/** The MPI that `--ranks` would take. */
async function ranks(env: Cli['env']): Promise<Finding> {
  const what = 'MPI';
  const [mpi] = findMpi(env);
  const cure = 'not needed; for train --ranks run deepcoder setup mpi';
  if (mpi === undefined) {
    return { what, state: 'optional', detail: 'no mpirun with its library on the PATH', cure };
  }
  try {
    const { version, abi } = await openMpiLibrary(mpi.library);
    return ok(what, `${version} (${abi}), ${mpi.mpirun} (${mpi.place})`);
  } catch (error) {
    const detail = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    return { what, state: 'optional', detail, cure };
  }
}

async function machine(cwd: string): Promise<Finding[]> {
  const { availableBytes, memoryBytes, diskBytes } = await lookAtMachine(cwd);
  const memory = `${bytesText(availableBytes)} free of ${bytesText(memoryBytes)}`;
  const disk = diskBytes === null ? 'not known' : `${bytesText(diskBytes)} free`;
  return [
    availableBytes < LITTLE_MEMORY
      ? low('memory', memory, 'end other programs, or train smaller students')
      : ok('memory', memory),
    (diskBytes ?? Infinity) < LITTLE_DISK
      ? low('disk', disk, 'free space, or start in a folder on another disk')
      : ok('disk', disk),
  ];
}

async function folder(cwd: string): Promise<Finding> {
  const what = 'working folder';
  return access(cwd, constants.W_OK).then(
    () => ok(what, cwd),
    (): Finding => ({
      ...{ what, state: 'missing', detail: `${cwd} cannot be written` },
      cure: 'start in a folder of yours; runs are written into it',
    }),
  );
}

function ok(what: string, detail: string): Finding {
  return { what, state: 'ok', detail, cure: null };
}

function low(what: string, detail: string, cure: string): Finding {
  return { what, state: 'low', detail, cure };
}
