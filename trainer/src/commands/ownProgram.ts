import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';

/** What a command of this program has said. */
interface Said {
  text: string;
  isError: boolean;
}

interface Where {
  /** The bundle to run. */
  program: string;
  cwd: string;
  signal: AbortSignal;
}

/** Runs a command of this very program, and gives what it prints. */
export async function runProgram(
  args: readonly string[],
  { program, cwd, signal }: Where,
): Promise<Said> {
  const child = spawn(process.execPath, [program, ...args], {
    ...{ cwd, signal },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const code = await endOf(child);
  return { text, isError: code !== 0 };
}

const LOOK_EVERY_MS = 50;

/**
 * Starts a training that outlives this process, and gives what it has said until it had a run folder. It prints
 * into a file: a pipe would break with this process, and take the training along.
 */
export async function startDetached(
  args: readonly string[],
  { program, cwd, signal }: Where,
): Promise<Said> {
  const output = path.join(await mkdtemp(path.join(tmpdir(), 'deepcoder-run-')), 'output.jsonl');
  const fd = openSync(output, 'ax');
  const child = spawn(process.execPath, [program, ...args], {
    cwd,
    detached: true,
    stdio: ['ignore', fd, fd],
  });
  closeSync(fd);
  const ended = endOf(child);
  for (;;) {
    if (signal.aborted) child.kill();
    const code = await Promise.race([ended, setTimeout(LOOK_EVERY_MS, 'runs' as const)]);
    const text = await readFile(output, 'utf8');
    if (/^\{"event":"run"/m.test(text)) {
      child.unref();
      return { text, isError: false };
    }
    if (code !== 'runs') return { text, isError: code !== 0 };
  }
}

function endOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
}
