import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { checkoutRoot } from '../../trainer/scripts/prepareCheckout.mjs';
import { buildProgram } from './deepcoderProgram.ts';

/** The bundle of the thread that matches grammars. */
export async function grammarWorker(): Promise<URL> {
  await buildProgram();
  return pathToFileURL(path.join(checkoutRoot, 'trainer/dist/grammarWorker.mjs'));
}
