import { whyNoBrowser } from '../../support/browser.ts';
import { isWorkbenchReady } from '../prepareWorkbench.mjs';

/** Why there is no VS Code to test in, in a sentence; null when there is one. */
export function whyNoWorkbench(): string | null {
  if (isWorkbenchReady()) return whyNoBrowser();
  return (
    process.env['DEEPCODER_NO_WORKBENCH'] ??
    'The editor tests are skipped: run them through "npm test", which installs a workbench'
  );
}
