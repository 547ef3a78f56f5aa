import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { SetupError, runQuietly } from './prepareCheckout.mjs';

const DEBIAN_CHROMIUM = '/usr/bin/chromium';

/**
 * Whether any test drives a browser, which is what playwright-core is for.
 * @param {string} root
 */
export function hasBrowserTests(root) {
  const folder = join(root, 'test');
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .some((file) => readFileSync(join(folder, file), 'utf8').includes("from 'playwright-core'"));
}

/**
 * Finds a browser for the tests, installing one where that is possible without asking: Debian's own
 * through apt for root, else Playwright's.
 * @param {{ root: string, log: (line: string) => void }} options
 * @returns {Promise<Record<string, string>>} environment for the tests: DEEPCODER_BROWSER, or
 *   DEEPCODER_NO_BROWSER with the reason
 */
export async function prepareBrowser({ root, log }) {
  const given = process.env['DEEPCODER_BROWSER'];
  if (given !== undefined) return { DEEPCODER_BROWSER: given };
  if (existsSync(DEBIAN_CHROMIUM)) return { DEEPCODER_BROWSER: DEBIAN_CHROMIUM };
  try {
    if (isDebian() && process.getuid?.() === 0) {
      log('Installing chromium through apt for the browser tests ...');
      await runQuietly('apt-get', ['update'], { cwd: root });
      await runQuietly('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], {
        cwd: root,
      });
      return { DEEPCODER_BROWSER: DEBIAN_CHROMIUM };
    }
    const cli = join(root, 'node_modules/playwright-core/cli.js');
    if (existsSync(cli)) {
      log("Installing Playwright's own chromium for the browser tests ...");
      await runQuietly(process.execPath, [cli, 'install', 'chromium-headless-shell'], {
        cwd: root,
      });
      return { DEEPCODER_BROWSER: 'playwright' };
    }
    return noBrowser('there is no chromium', log);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    return noBrowser(error.message.trim().split('\n').at(-1) ?? '', log);
  }
}

/**
 * @param {string} reason
 * @param {(line: string) => void} log
 * @returns {Record<string, string>}
 */
function noBrowser(reason, log) {
  const sentence = `The browser tests are skipped (${reason}): install chromium, or set DEEPCODER_BROWSER to the path of a Chromium or Chrome`;
  log(sentence);
  return { DEEPCODER_NO_BROWSER: sentence };
}

function isDebian() {
  const release = '/etc/os-release';
  return existsSync(release) && /^ID(_LIKE)?=.*debian/m.test(readFileSync(release, 'utf8'));
}
