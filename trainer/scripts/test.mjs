/**
 * `npm test [-- FILTER ...]`: sets up a fresh clone and what its tests need, runs them, counts. With filters, the
 * tests of files whose path has one of them; further arguments are vitest's.
 */
import { availableParallelism } from 'node:os';
import { prepareWorkbench } from '../../test/vscode/prepareWorkbench.mjs';
import { hasBrowserTests, prepareBrowser } from './prepareBrowser.mjs';
import { SetupError, checkoutRoot, prepareCheckout } from './prepareCheckout.mjs';
import { runSuite } from './runSuite.mjs';
import { helpFirst } from './helpFirst.mjs';

helpFirst(import.meta.filename);

/** vitest would leave one of two cores idle: many tests wait for a browser or another process. */
const WORKERS = Math.max(2, availableParallelism() - 1);

const log = (/** @type {string} */ line) => process.stderr.write(`${line}\n`);

try {
  await prepareCheckout({ log });
  const env = hasBrowserTests(checkoutRoot)
    ? await prepareBrowser({ root: checkoutRoot, log })
    : {};
  Object.assign(env, await prepareWorkbench({ log }));
  const given = process.argv.slice(2);
  const isChosen = given.some((one) => one.startsWith('--maxWorkers'));
  const workers = isChosen ? [] : [`--maxWorkers=${WORKERS}`];
  process.exitCode = await runSuite('main', [...workers, ...given], env);
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.stdout.write('0 passed, 1 failed\n');
  process.exitCode = 2;
}
