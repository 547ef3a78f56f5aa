/** `npm run test:native`: the native executor's tests. */
import { runSuite } from './runSuite.mjs';

process.exitCode = await runSuite('native', process.argv.slice(2));
