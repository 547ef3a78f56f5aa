import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Where the page's own server has nothing. */
const PLACE = 'extensions-of-the-browser';

/**
 * Has a workbench run extensions in the browser, as an editor without a machine behind it does.
 * @param {import('playwright-core').Page} page before it is opened
 * @param {number} port of the workbench
 * @param {Record<string, string>} folders of extensions, by a name of each
 */
export async function loadInBrowser(page, port, folders) {
  if (Object.keys(folders).length === 0) return;
  await page.context().route(`**/${PLACE}/**`, async (route) => {
    const [name = '', ...rest] = route.request().url().split(`/${PLACE}/`)[1]?.split('/') ?? [];
    const path = join(folders[name] ?? '', ...rest);
    if (folders[name] !== undefined && existsSync(path)) await route.fulfill({ path });
    else await route.fulfill({ status: 404 });
  });
  const extensions = Object.keys(folders).map((name) => ({
    scheme: 'http',
    authority: `127.0.0.1:${port}`,
    path: `/${PLACE}/${name}`,
  }));
  await page.addInitScript({ content: `(${ADD_EXTENSIONS})(${JSON.stringify(extensions)})` });
}

/** The workbench reads its settings from an attribute of its page. */
const ADD_EXTENSIONS = `(extensions) => {
  const { getAttribute } = Element.prototype;
  Element.prototype.getAttribute = function (name) {
    const value = getAttribute.call(this, name);
    if (this.id !== 'vscode-workbench-web-configuration' || name !== 'data-settings') return value;
    const settings = JSON.parse(value);
    const developmentOptions = { ...settings.developmentOptions, extensions };
    return JSON.stringify({ ...settings, developmentOptions });
  };
}`;
