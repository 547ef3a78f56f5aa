import path from 'node:path';
import type { FoundMpi } from '../engine/collective/findMpi.ts';

export interface Ranks {
  ranks: number;
  /** Where they run, `name` or `name:ranks` each; none for this machine. */
  hosts?: readonly string[];
  /** Beside what this process has. */
  env: Readonly<Record<string, string>>;
}

export interface ProgramCommand {
  command: string;
  args: string[];
  env: Record<string, string>;
}

/**
 * How a launcher starts a program as ranks. Open MPI binds each of two ranks to one core, and the threads of ONNX
 * Runtime with it, unless it is told not to; it refuses more ranks than cores, and root.
 */
export function mpirunCommand(
  { mpirun, library }: FoundMpi,
  { ranks, hosts = [], env }: Ranks,
  program: readonly string[],
): ProgramCommand {
  const count = ['-n', String(ranks)];
  if (!path.basename(library).startsWith('libmpi.so.40')) {
    const where = hosts.length === 0 ? [] : ['-hosts', hosts.join(',')];
    return { command: mpirun, args: [...where, ...count, ...program], env: { ...env } };
  }
  const where = hosts.length === 0 ? [] : ['--host', hosts.join(',')];
  const passed = Object.keys(env).flatMap((name) => ['-x', name]);
  const placed = ['--bind-to', 'none', '--map-by', ':OVERSUBSCRIBE'];
  const asRoot =
    process.getuid?.() === 0 ? ['OMPI_ALLOW_RUN_AS_ROOT', 'OMPI_ALLOW_RUN_AS_ROOT_CONFIRM'] : [];
  return {
    command: mpirun,
    args: [...where, ...count, ...placed, ...passed, ...program],
    env: { ...env, ...Object.fromEntries(asRoot.map((name) => [name, '1'])) },
  };
}
