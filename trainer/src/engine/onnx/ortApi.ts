import { DeepCoderError } from '@deepcoder/config';
import type * as Koffi from 'koffi';
import { loadKoffi } from '../loadKoffi.ts';
import { type AsyncFunction, callOnThread } from '../nativeCall.ts';
import { ORT_FUNCTIONS, type OrtFunctionName } from './ortFunctions.ts';

export type Handle = bigint;
type Argument = string | number | bigint | null | ArrayBufferView;

/** ONNX Runtime's C API. What is passed is kept alive for the call alone: callers hold what it keeps longer. */
export interface OrtApi {
  version: string;
  /** Calls a function that gives a status; throws what it says. */
  call: (name: OrtFunctionName, ...args: Argument[]) => void;
  /** The same on a thread of its own. */
  callAsync: (name: OrtFunctionName, ...args: Argument[]) => Promise<void>;
  /** Calls a function whose last parameter is where it puts a handle, and gives that. */
  make: (name: OrtFunctionName, ...args: Argument[]) => Handle;
  makeAsync: (name: OrtFunctionName, ...args: Argument[]) => Promise<Handle>;
  /** Calls one that gives nothing. */
  release: (name: OrtFunctionName, handle: Handle) => void;
  /** Addresses of arrays, which live as long as what is given. */
  pointers: (arrays: readonly ArrayBufferView[]) => BigUint64Array;
  /** Handles at an array of pointers. */
  handles: (pointer: Handle, count: number) => Handle[];
  text: (pointer: Handle) => string;
  /** Gives the system what was freed, which glibc keeps for the thread that freed it. */
  trim: () => Promise<void>;
}

/** What the C API says went wrong. */
export class OrtError extends Error {
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/** The first version of the API that has every function that is used. */
const API_VERSION = 24;
const POINTER = 'void *';

const opened = new Map<string, Promise<OrtApi>>();
/** A library whose handle is collected is unloaded, and calls into it end the process. */
const libraries: Koffi.LibraryHandle[] = [];

/**
 * The API of a library, which is loaded once, after those that it is linked to.
 *
 * @throws DeepCoderError where the library or koffi's binary is missing, or is not what it is taken for
 */
export function openOrtApi(library: string, preload: readonly string[] = []): Promise<OrtApi> {
  const known = opened.get(library);
  if (known !== undefined) return known;
  const api = load(library, preload);
  opened.set(library, api);
  return api;
}

async function load(library: string, preload: readonly string[]): Promise<OrtApi> {
  const ffi = await loadKoffi('engine.executor onnx');
  try {
    // The system's loader then takes them by their names, wherever they lie.
    for (const file of preload) libraries.push(ffi.load(file));
    const api = openTable(ffi, library);
    checkTable(ffi, api);
    return api;
  } catch (cause) {
    throw new DeepCoderError(
      'executor-missing',
      `engine.executor onnx: ${library} does not load as ONNX Runtime (${reasonOf(cause)}); run npm ci in the folder of DeepCoder, or reinstall the extension`,
      { exitCode: 2, cause },
    );
  }
}

function openTable(ffi: typeof Koffi, library: string): OrtApi {
  const loaded = ffi.load(library);
  libraries.push(loaded);
  const base = loaded.func('OrtGetApiBase', POINTER, [])() as Handle;
  const [getApi, getVersion] = ffi.decode(base, ffi.array(POINTER, 2)) as [Handle, Handle];
  const version = ffi.call(getVersion, ffi.proto('str', [])) as string;
  const table = ffi.call(getApi, ffi.proto(POINTER, ['uint32']), API_VERSION) as Handle | null;
  if (table === null) throw new Error(`version ${version} is too old`);
  return apiOf(ffi, functionsAt(ffi, table), version);
}

type NativeFunction = ((...args: Argument[]) => unknown) & AsyncFunction;
type Functions = Record<OrtFunctionName, NativeFunction>;

function functionsAt(ffi: typeof Koffi, table: Handle): Functions {
  const entries = Object.entries(ORT_FUNCTIONS);
  const last = entries.reduce((most, [, { at }]) => Math.max(most, at), 0);
  const addresses = ffi.decode(table, ffi.array(POINTER, last + 1)) as Handle[];
  const made = entries.map(([name, { at, takes, ...rest }]) => {
    const gives = 'gives' in rest ? rest.gives : POINTER;
    return [name, ffi.decode(addresses[at], ffi.proto(gives, [...takes])) as NativeFunction];
  });
  return Object.fromEntries(made) as Functions;
}

function apiOf(ffi: typeof Koffi, functions: Functions, version: string): OrtApi {
  const check = (status: unknown): void => {
    if (status === null || status === 0n) return;
    const handle = status as Handle;
    const code = functions.GetErrorCode(handle) as number;
    const message = functions.GetErrorMessage(handle) as string;
    functions.ReleaseStatus(handle);
    throw new OrtError(code, message);
  };
  const callAsync: OrtApi['callAsync'] = async (name, ...args) => {
    check(await callOnThread(functions[name], args));
  };
  return {
    version,
    call: (name, ...args) => check(functions[name](...args)),
    callAsync,
    make: (name, ...args) => {
      const cell = new BigUint64Array(1);
      check(functions[name](...args, cell));
      return cell[0]!;
    },
    makeAsync: async (name, ...args) => {
      const cell = new BigUint64Array(1);
      await callAsync(name, ...args, cell);
      return cell[0]!;
    },
    release: (name, handle) => void functions[name](handle),
    pointers: (arrays) => {
      const addresses = BigUint64Array.from(arrays, (array) => ffi.address(array));
      pointedTo.set(addresses, arrays);
      return addresses;
    },
    handles: (pointer, count) =>
      count === 0 ? [] : (ffi.decode(pointer, ffi.array(POINTER, count)) as Handle[]),
    text: (pointer) => ffi.decode.string(pointer),
    trim: trimOf(ffi),
  };
}

function trimOf(ffi: typeof Koffi): OrtApi['trim'] {
  if (process.platform !== 'linux') return () => Promise.resolve();
  const program = ffi.load(null);
  libraries.push(program);
  const trim = program.func('malloc_trim', 'int', ['size_t']) as unknown as NativeFunction;
  return () => new Promise((resolve) => trim.async(0, () => resolve()));
}

const pointedTo = new WeakMap<BigUint64Array, readonly ArrayBufferView[]>();

/** One round trip: a tensor over an array has that array's address. */
function checkTable(ffi: typeof Koffi, api: OrtApi): void {
  const data = Float32Array.of(1, 2);
  const info = api.make('CreateCpuMemoryInfo', 1, 0);
  const dims = BigInt64Array.of(2n);
  const [bytes, float] = [data.byteLength, 1];
  const value = api.make('CreateTensorWithDataAsOrtValue', info, data, bytes, dims, 1, float);
  const address = api.make('GetTensorMutableData', value);
  api.release('ReleaseValue', value);
  if (address !== ffi.address(data)) throw new Error(`version ${api.version} has another table`);
}

function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n')[0] ?? text;
}
