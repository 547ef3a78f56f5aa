import { spawn } from 'node:child_process';
import { mkdtempSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkoutRoot } from './prepareCheckout.mjs';

/**
 * Runs one vitest project, shows its output and ends with the plain line `N passed, N failed`.
 * @param {string} project the name in vitest.config.ts
 * @param {string[]} args more arguments for vitest
 * @param {Record<string, string>} [env]
 * @returns {Promise<number>} the exit code
 */
export async function runSuite(project, args, env = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'deepcoder-test-'));
  const countsFile = join(folder, 'counts.jsonl');
  try {
    const exitCode = await runVitest(project, args, { ...env, DEEPCODER_TEST_COUNTS: countsFile });
    const counts = readCounts(countsFile);
    // vitest can fail as a whole: no test found, a crash, a broken config.
    if (exitCode !== 0 && counts.failed === 0) counts.failed = 1;
    process.stdout.write(`${countLine(counts)}\n`);
    return counts.failed === 0 ? 0 : exitCode || 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {{ passed: number, failed: number, skipped: number }} counts */
function countLine({ passed, failed, skipped }) {
  const line = `${passed} passed, ${failed} failed`;
  return skipped === 0 ? line : `${line}, ${skipped} skipped`;
}

/** @param {string} file */
function readCounts(file) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  if (!existsSync(file)) return total;
  for (const line of readFileSync(file, 'utf8').trim().split('\n')) {
    const counts = JSON.parse(line);
    total.passed += counts.passed;
    total.failed += counts.failed;
    total.skipped += counts.skipped;
  }
  return total;
}

/**
 * @param {string} project
 * @param {string[]} args
 * @param {Record<string, string>} env
 * @returns {Promise<number>}
 */
function runVitest(project, args, env) {
  const vitest = join(checkoutRoot, 'node_modules/vitest/vitest.mjs');
  const reporters = ['--reporter=default', '--reporter=./trainer/scripts/countReporter.mjs'];
  const child = spawn(
    process.execPath,
    [vitest, 'run', '--project', project, ...reporters, ...args],
    { cwd: checkoutRoot, stdio: 'inherit', env: { ...process.env, ...env } },
  );
  // A terminal sends Ctrl-C to the child as well; this process waits for it to end.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 1)));
  });
}
