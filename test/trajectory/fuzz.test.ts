import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/temporaryFolder.ts';

const SCRIPT = path.resolve('server/trajectory/scripts/fuzz.mjs');

test('the fuzzer breaks each file, also packed, and counts what it parsed', async () => {
  const folder = temporaryFolder();
  const dev = path.join(folder, 'dev', 'chat');
  mkdirSync(dev, { recursive: true });
  const messages = [
    { role: 'user', content: 'Look around.' },
    { role: 'assistant', content: 'I see a lamp.' },
  ];
  writeFileSync(path.join(dev, 'chat.json'), JSON.stringify({ messages }));
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...[SCRIPT, folder, '--variants', '10'],
  ]);
  // Ten of each kind of the file, one of each kind of it in three containers, and a cut one of Parquet.
  expect(stdout).toMatch(/^27 parses of /m);
  expect(stdout).toMatch(/^0 failures$/m);
});
