/** `npm run test:slow`: the tests that take minutes (`*.slow.test.ts`). */
import { runSuite } from './runSuite.mjs';

process.exitCode = await runSuite('slow', ['--passWithNoTests', ...process.argv.slice(2)]);
