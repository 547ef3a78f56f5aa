/** `npm run test:native [-- FILTER ...]`: the native executor's tests; further arguments are vitest's. */
import { prepareCheckout } from './prepareCheckout.mjs';
import { runSuite } from './runSuite.mjs';
import { helpFirst } from './helpFirst.mjs';

helpFirst(import.meta.filename);

await prepareCheckout();
process.exitCode = await runSuite('native', process.argv.slice(2));
