import path from 'node:path';
import { DeepCoderError } from '@deepcoder/config';
import type * as Koffi from 'koffi';
import { loadKoffi } from '../loadKoffi.ts';
import { type AsyncFunction, callOnThread } from '../nativeCall.ts';
import { type MpiAbi, mpiHandles, type MpiHandles } from './mpiHandles.ts';

type Argument = number | bigint | ArrayBufferView;

/** An MPI library in this process. Functions give MPI's error code, 0 for none. */
export interface MpiLibrary {
  file: string;
  abi: MpiAbi;
  handles: MpiHandles;
  /** Its first line on itself. */
  version: string;
  call: (name: MpiFunction, ...args: Argument[]) => number;
  /** The same on a thread of libuv's pool. */
  callAsync: (name: MpiFunction, ...args: Argument[]) => Promise<number>;
  errorText: (code: number) => string;
  /** `_exit(2)`: ends the process though a call is blocked. */
  exitNow: (code: number) => void;
}

/** Every handle is a whole number of the size of an address, which holds MPICH's 32-bit ones too. */
const H = 'intptr_t';
const P = 'void *';
const FUNCTIONS = {
  MPI_Init_thread: [H, H, 'int', P],
  MPI_Get_library_version: [P, P],
  MPI_Comm_rank: [H, P],
  MPI_Comm_size: [H, P],
  MPI_Comm_dup: [H, P],
  MPI_Comm_set_errhandler: [H, H],
  MPI_Error_string: ['int', P, P],
  MPI_Allreduce: [H, P, 'int', H, H, H],
  MPI_Alltoallv: [P, P, P, H, P, P, P, H, H],
  MPI_Reduce_local: [P, P, 'int', H, H],
  MPI_Allgatherv: [H, 'int', H, P, P, P, H, H],
  MPI_Bcast: [P, 'int', H, 'int', H],
  MPI_Send: [P, 'int', H, 'int', 'int', H],
  MPI_Recv: [P, 'int', H, 'int', 'int', H, P],
  MPI_Isend: [P, 'int', H, 'int', 'int', H, P],
  MPI_Test: [P, P, P],
  MPI_Iprobe: ['int', 'int', H, P, P],
  MPI_Barrier: [H],
  MPI_Finalize: [],
} as const satisfies Record<string, readonly string[]>;

export type MpiFunction = keyof typeof FUNCTIONS;
type NativeFunction = ((...args: Argument[]) => number) & AsyncFunction;

/** A library whose handle is collected is unloaded, and calls into it end the process. */
const opened: Koffi.LibraryHandle[] = [];

/**
 * Loads an MPI library and finds out how it spells constants: Open MPI has them as symbols, the standard ABI has its
 * own file name, and the others are made from MPICH.
 *
 * @throws DeepCoderError where it does not load
 */
export async function openMpiLibrary(file: string): Promise<MpiLibrary> {
  const koffi = await loadKoffi('ranks');
  // Read while the library loads. To test its hooks on memory, UCX moves the heap's end up by a page and back, which cuts
  // off what another thread has been given in between.
  process.env['UCX_MEM_EVENTS'] ??= 'n';
  try {
    // Global: what an MPI library loads later looks for its symbols.
    const library = koffi.load(file, { global: true });
    opened.push(library);
    const address = (symbol: string): bigint => koffi.address(library.symbol(symbol));
    const abi = abiOf(path.basename(file), address);
    return libraryOf(koffi, { library, file, abi, handles: mpiHandles(abi, address) });
  } catch (cause) {
    const why = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause);
    throw new DeepCoderError(
      'mpi-missing',
      `ranks: ${file} does not load as an MPI library (${why}); deepcoder doctor says what is there, deepcoder setup mpi brings one`,
      { exitCode: 2, cause },
    );
  }
}

function abiOf(name: string, addressOf: (symbol: string) => bigint): MpiAbi {
  try {
    addressOf('ompi_mpi_comm_world');
    return 'openmpi';
  } catch {
    return name.startsWith('libmpi_abi') ? 'mpi-5' : 'mpich';
  }
}

function libraryOf(
  koffi: typeof Koffi,
  {
    library,
    ...rest
  }: Pick<MpiLibrary, 'file' | 'abi' | 'handles'> & { library: Koffi.LibraryHandle },
): MpiLibrary {
  const functions = Object.fromEntries(
    Object.entries(FUNCTIONS).map(([name, takes]) => [name, library.func(name, 'int', [...takes])]),
  ) as unknown as Record<MpiFunction, NativeFunction>;
  const call: MpiLibrary['call'] = (name, ...args) => functions[name](...args);
  const program = koffi.load(null);
  opened.push(program);
  const exit = program.func('_exit', 'void', ['int']) as unknown as (code: number) => void;
  return {
    ...rest,
    version: firstLine(textBy((buffer, length) => call('MPI_Get_library_version', buffer, length))),
    call,
    callAsync: (name, ...args) => callOnThread(functions[name], args),
    errorText: (code) => textBy((buffer, length) => call('MPI_Error_string', code, buffer, length)),
    exitNow: exit,
  };
}

/** More than `MPI_MAX_LIBRARY_VERSION_STRING` of every library. */
const TEXT_BYTES = 16384;

function textBy(fill: (buffer: Buffer, length: Int32Array) => void): string {
  const [buffer, length] = [Buffer.alloc(TEXT_BYTES), new Int32Array(1)];
  fill(buffer, length);
  return buffer.toString('latin1', 0, length[0]).replaceAll('\0', '');
}

function firstLine(text: string): string {
  return (text.split('\n')[0] ?? '').replaceAll(/\s+/g, ' ').trim();
}
