import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { DeepCoderError } from '@deepcoder/config';
import type { PageAssets } from './reportHtml.ts';

/** The built page: it lies beside the program, or, when that runs from its source, in `trainer/dist`. */
export async function pageAssets(): Promise<PageAssets> {
  const here = path.dirname(fileURLToPath(import.meta.url));
  const folders = [here, path.join(here, '../../dist')];
  let missing: unknown;
  for (const folder of folders) {
    try {
      const [script, style] = await Promise.all([
        readFile(path.join(folder, 'panel.js'), 'utf8'),
        readFile(path.join(folder, 'panel.css'), 'utf8'),
      ]);
      return { script, style };
    } catch (error) {
      missing = error;
    }
  }
  throw new DeepCoderError(
    'report/no-page',
    `report: panel.js and panel.css are not beside the program in ${here}; run "npm run build", or install again`,
    { exitCode: 2, cause: missing },
  );
}
