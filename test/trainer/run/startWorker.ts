import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { onTestFinished } from 'vitest';

export interface Worker {
  process: ChildProcess;
  /** The first line that it printed. */
  first: unknown;
  /** Resolves when the process has ended. */
  ended: Promise<void>;
  /** What it wrote to its error stream so far. */
  complaint: () => string;
}

let bundle: Promise<string> | undefined;

/** Starts worker.ts in a process of its own and waits for its first line; killed when the test ends. */
export async function startWorker(
  args: string[],
  env: NodeJS.ProcessEnv = {},
  limit?: string,
): Promise<Worker> {
  bundle ??= bundleWorker();
  const command = [process.execPath, await bundle, ...args];
  // A shell that sets a limit and then becomes the worker.
  const [program = '', ...rest] =
    limit === undefined ? command : ['bash', '-c', `${limit}; exec "$@"`, 'bash', ...command];
  const child = spawn(program, rest, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines = createInterface({ input: child.stdout });
  const first = await new Promise<unknown>((resolve, reject) => {
    lines.once('line', (line) => resolve(JSON.parse(line)));
    child.once('close', () => reject(new Error(`the worker ended: ${complaint}`)));
  });
  return { process: child, first, ended, complaint: () => complaint };
}

/** A new empty folder, removed when the test ends. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'run-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function bundleWorker(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'worker-'));
  process.once('exit', () => void rm(folder, { recursive: true, force: true }));
  const outfile = path.join(folder, 'worker.mjs');
  await build({
    entryPoints: [fileURLToPath(new URL('worker.ts', import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  });
  return outfile;
}
