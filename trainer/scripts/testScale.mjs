/**
 * `npm run test:scale [-- FILTER ...]`: several ranks over real MPI libraries, which are fetched from the Python registry;
 * what cannot be had is skipped with the reason. Further arguments are vitest's.
 */
import { prepareCheckout } from './prepareCheckout.mjs';
import { runSuite } from './runSuite.mjs';
import { helpFirst } from './helpFirst.mjs';

helpFirst(import.meta.filename);

await prepareCheckout();
process.exitCode = await runSuite('scale', process.argv.slice(2));
