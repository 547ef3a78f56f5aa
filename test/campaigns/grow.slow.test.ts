import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

test('no reader takes more than linear time', { timeout: 300_000 }, async () => {
  const script = path.join(import.meta.dirname, 'run.mjs');
  const args = [script, 'grow', '--from', '0', '--tries', '1200'];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  expect(stdout).toContain('1200 tried, 1200 passed');
});
