import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { test } from 'vitest';

/** The Python that `npm run reference` found, with the packages of requirements.txt. */
const PYTHON = process.env['DEEPCODER_PYTHON'] || undefined;

/** A test that needs that Python; without it, it is skipped and says how to run it. */
export function referenceTest(name: string, body: () => Promise<void>): void {
  test(name, { timeout: 300_000 }, async ({ skip }) => {
    if (PYTHON === undefined) skip('other programs check it: npm run reference');
    await body();
  });
}

/** Runs a script of this folder; what it prints. */
export async function runPython(script: string, args: readonly string[]): Promise<string> {
  const file = path.join(import.meta.dirname, script);
  const { stdout } = await promisify(execFile)(PYTHON!, [file, ...args], {
    maxBuffer: 1 << 28,
    env: { ...process.env, PYTHONWARNINGS: 'ignore', HF_HUB_OFFLINE: '1' },
  });
  return stdout;
}
