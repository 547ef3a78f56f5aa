/** `npm run test:slow [-- FILTER ...]`: the tests that take minutes (`*.slow.test.ts`); further arguments are vitest's. */
import { prepareCheckout } from './prepareCheckout.mjs';
import { runSuite } from './runSuite.mjs';
import { helpFirst } from './helpFirst.mjs';

helpFirst(import.meta.filename);

await prepareCheckout();
process.exitCode = await runSuite('slow', ['--passWithNoTests', ...process.argv.slice(2)]);
