import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { loadConfig } from '@deepcoder/config';
import { readConfigText } from '@deepcoder/trainer-protocol/node';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { load, MINIMAL, problemLines } from './loadHelper.ts';

const MAKE_FIFO = 'mkfifo';

it('a repeated key is told where it is repeated', async () => {
  const lines = problemLines(await load(`${MINIMAL}run: {seed: 1, name: n, seed: 2}`));
  expect(lines).toEqual([expect.stringMatching(/^main.yaml:3:25 config\/yaml this key .* twice/)]);
});

it('problems in linear time: four times the keys take about four times as long', async () => {
  const timeOf = async (count: number): Promise<number> => {
    const keys = Array.from({ length: count }, (_, i) => `key${i}: ${i}`).join('\n');
    const began = process.cpuUsage();
    const { problems } = await load(`${MINIMAL}${keys}\n`);
    const { user, system } = process.cpuUsage(began);
    expect(problems).toHaveLength(count);
    return user + system;
  };
  await timeOf(500);
  expect((await timeOf(16_000)) / (await timeOf(4000))).toBeLessThan(9);
}, 120_000);

it('names of what every object has are keys like any other', async () => {
  const { problems } = await load(
    `${MINIMAL}constructor: 1\n__proto__: 2\ntokenizer: \${env:constructor}`,
  );
  expect(problems.map(({ code }) => code).sort()).toEqual([
    'config/env-unset',
    'config/unknown-key',
    'config/unknown-key',
  ]);
});

it.skipIf(process.platform === 'win32')(
  'what is extended is a regular file of a size that configs have, or is not read',
  { timeout: 20_000 },
  async () => {
    const folder = temporaryFolder();
    execFileSync(MAKE_FIFO, [path.join(folder, 'pipe.yaml')]);
    mkdirSync(path.join(folder, 'folder.yaml'));
    writeFileSync(path.join(folder, 'large.yaml'), '#'.repeat((1 << 20) + 1));
    for (const [base, told] of [
      [path.join(folder, 'pipe.yaml'), 'it is a pipe, socket or device'],
      ['/dev/zero', 'it is a pipe, socket or device'],
      [path.join(folder, 'large.yaml'), 'it is over 1 MB'],
      [path.join(folder, 'folder.yaml'), 'it is a folder'],
    ] as const) {
      const file = path.join(folder, 'main.yaml');
      writeFileSync(file, `extends: ${base}\n`);
      const { problems } = await loadConfig({ path: file, readText: readConfigText, env: {} });
      expect(problems[0]?.message).toContain(told);
    }
  },
);
