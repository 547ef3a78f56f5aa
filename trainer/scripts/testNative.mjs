/** `npm run test:native`: the native executor's tests. */
import { prepareCheckout } from './prepareCheckout.mjs';
import { runSuite } from './runSuite.mjs';

await prepareCheckout();
process.exitCode = await runSuite('native', process.argv.slice(2));
