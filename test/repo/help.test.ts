import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { checkoutRoot } from '../../trainer/scripts/prepareCheckout.mjs';

const { scripts } = JSON.parse(readFileSync(path.join(checkoutRoot, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};

/** They take no arguments, or are other programs. */
const WITHOUT = /^(build|sync|verify|format|format:check|lint|types|knip)$/;

const own = Object.entries(scripts).filter(([name]) => !WITHOUT.test(name));

test.each(own)('npm run %s -- --help tells what it does, and does nothing', (name, command) => {
  const [, script = ''] = /^node (\S+\.mjs)$/.exec(command) ?? [];
  const said = execFileSync(process.execPath, [script, '--help'], {
    cwd: checkoutRoot,
    encoding: 'utf8',
    timeout: 20_000,
  });
  expect(said).toMatch(/^(npm|usage|Usage)/);
  expect(said).toContain(name === 'start' ? 'quickstart' : name);
});
