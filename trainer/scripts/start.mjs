/** `npm start`: sets up a fresh clone, then runs the quickstart; further arguments are passed on. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SetupError, checkoutRoot, prepareCheckout } from './prepareCheckout.mjs';

const program = join(checkoutRoot, 'trainer/dist/deepcoder.mjs');

try {
  await prepareCheckout();
  // In this process, not in a child: signals and the exit code are then the program's own.
  process.argv = [process.execPath, program, 'quickstart', ...process.argv.slice(2)];
  await import(pathToFileURL(program).href);
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
