/** `npm run test:slow`: the tests that take minutes (`*.slow.test.ts`). */
import { prepareCheckout } from './prepareCheckout.mjs';
import { runSuite } from './runSuite.mjs';

await prepareCheckout();
process.exitCode = await runSuite('slow', ['--passWithNoTests', ...process.argv.slice(2)]);
