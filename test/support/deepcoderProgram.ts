import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import {
  bundleIsStale,
  checkoutRoot,
  prepareCheckout,
} from '../../trainer/scripts/prepareCheckout.mjs';

/** Tests and bench, which is itself a bundle, run in the root of the repository. */
const PROGRAM = path.resolve('trainer/dist/deepcoder.mjs');
const LOCK = path.join(checkoutRoot, 'node_modules/.deepcoder-bundle.lock');
const LOCK_LIFE_MS = 60_000;

/** For tests that start processes: on a quiet machine they take seconds, on a busy one minutes. */
export const PATIENCE_MS = 300_000;

interface Ended {
  /** Null where a signal ended it. */
  code: number | null;
  stdout: string;
  stderr: string;
}

/** The program as a child process in a folder of its own world: no other run, set-up or config is seen. */
export interface Deepcoder {
  run: (...args: string[]) => Promise<Ended>;
  start: (...args: string[]) => Started;
}

export interface Started {
  child: ChildProcess;
  ended: Promise<Ended>;
  /** What it has written to stdout so far. */
  stdout: () => string;
  stderr: () => string;
}

/** Builds the bundle where it is stale; test files that run at once do it one after the other. */
export async function buildProgram(): Promise<void> {
  while (bundleIsStale(checkoutRoot)) {
    if (!takeLock()) {
      await setTimeout(200);
      continue;
    }
    try {
      if (bundleIsStale(checkoutRoot)) await prepareCheckout({ log: () => undefined });
      return;
    } finally {
      rmSync(LOCK, { force: true });
    }
  }
}

function takeLock(): boolean {
  try {
    closeSync(openSync(LOCK, 'wx'));
    return true;
  } catch {
    const began = statSync(LOCK, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    // Of a test that was killed.
    if (Date.now() - began > LOCK_LIFE_MS) rmSync(LOCK, { force: true });
    return false;
  }
}

export function deepcoderIn(cwd: string, more: Record<string, string> = {}): Deepcoder {
  const env = {
    ...process.env,
    DEEPCODER_ENV: '',
    DEEPCODER_CACHE: path.join(cwd, '.cache'),
    TMPDIR: cwd,
    ...more,
  };
  const start = (...args: string[]): Started => {
    const child = spawn(process.execPath, [PROGRAM, ...args], { cwd, env });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const ended = new Promise<Ended>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code) => resolve({ code, stdout, stderr }));
    });
    return { child, ended, stdout: () => stdout, stderr: () => stderr };
  };
  return { start, run: (...args) => start(...args).ended };
}

/** Waits until something is there, and gives it; not longer than the program lives. */
export async function until<T>(
  started: Started,
  look: () => T | null | undefined | false,
): Promise<T> {
  for (const end = Date.now() + PATIENCE_MS / 2; Date.now() < end;) {
    const found = look();
    if (found !== null && found !== undefined && found !== false) return found;
    if (started.child.exitCode !== null) {
      throw new Error(`it ended with ${started.child.exitCode} before: ${started.stderr()}`);
    }
    await setTimeout(10);
  }
  throw new Error(`waited in vain for ${look.toString()}`);
}
