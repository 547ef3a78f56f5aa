#!/usr/bin/env node
/** `deepcoder`: the bundled program; in a checkout the bundle is built first when it is stale. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const program = new URL('../dist/deepcoder.mjs', import.meta.url);
const checkout = new URL('../scripts/prepareCheckout.mjs', import.meta.url);

try {
  if (existsSync(fileURLToPath(new URL('../../esbuild.mjs', import.meta.url)))) {
    const { prepareCheckout } = await import(checkout.href);
    await prepareCheckout();
  }
  await import(program.href);
} catch (error) {
  if (!(error instanceof Error) || error.constructor.name !== 'SetupError') throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
