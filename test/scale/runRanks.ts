import { spawn } from 'node:child_process';
import path from 'node:path';
import { build } from 'esbuild';
import { mpirunCommand } from '../../trainer/src/launch/mpirunCommand.ts';
import type { TestMpi } from './mpis.ts';

export interface RanksEnd {
  code: number | null;
  stdout: string;
  stderr: string;
  seconds: number;
}

/** Bundles a program of `test/scale/ranks` so that Node runs it. It lies where Node finds koffi. */
export async function rankProgram(name: string): Promise<string> {
  // Tests and bench, which is itself a bundle, run in the root of the repository.
  const root = process.cwd();
  const outfile = path.join(root, 'node_modules/.cache/deepcoder-scale', `${name}.mjs`);
  await build({
    entryPoints: [path.join(root, 'test/scale/ranks', `${name}.ts`)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['koffi'],
    // What is in CommonJS asks for Node's modules by require.
    banner: {
      js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);",
    },
    logLevel: 'silent',
  });
  return outfile;
}

/** Runs a command as ranks, to its end. */
export async function runRanks(
  mpi: NonNullable<TestMpi['mpi']>,
  ranks: number,
  command: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<RanksEnd> {
  const given = { DEEPCODER_MPI_LIBRARY: mpi.library, UV_THREADPOOL_SIZE: '12', ...env };
  const made = mpirunCommand(mpi, { ranks, env: given }, command);
  const began = performance.now();
  const child = spawn(made.command, made.args, {
    env: { ...process.env, ...made.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { code, stdout, stderr, seconds: (performance.now() - began) / 1000 };
}
