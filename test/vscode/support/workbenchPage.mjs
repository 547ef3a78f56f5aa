/**
 * A workbench as a person uses it: keys, clicks and what is to be seen.
 * @param {import('playwright-core').Page} page
 */
export function workbenchPage(page) {
  return {
    page,

    /** Waits until the workbench has drawn itself. */
    async ready() {
      await page.locator('.monaco-workbench .part.editor').waitFor({ timeout: 60_000 });
      await page.locator('.statusbar-item').first().waitFor();
    },

    /**
     * Runs a command by its title in the palette.
     * @param {string} title
     */
    async command(title) {
      await page.keyboard.press('F1');
      const input = page.locator('.quick-input-widget input[type=text]');
      await input.waitFor();
      await input.fill(`>${title}`);
      await page
        .locator('.quick-input-list .monaco-list-row')
        .filter({ hasText: title })
        .first()
        .waitFor();
      await page.keyboard.press('Enter');
    },

    /**
     * Takes an entry of the quick pick that is open.
     * @param {string | RegExp} label
     */
    async pick(label) {
      const row = page.locator('.quick-input-list .monaco-list-row').filter({ hasText: label });
      await row.first().waitFor({ timeout: 30_000 });
      await row.first().click();
    },

    /**
     * Opens a file of the workspace by its name.
     * @param {string} name
     */
    async open(name) {
      await page.keyboard.press('Control+P');
      const input = page.locator('.quick-input-widget input[type=text]');
      await input.waitFor();
      await input.fill(name);
      const row = page.locator('.quick-input-list .monaco-list-row').filter({ hasText: name });
      await row.first().waitFor();
      await page.keyboard.press('Enter');
      await page.locator('.tab.active').filter({ hasText: name }).waitFor();
      // The tab is there before the keys go to its text.
      await page.locator('.editor-instance .monaco-editor.focused').waitFor();
    },

    /**
     * Opens a file of the explorer with another editor.
     * @param {string} name
     * @param {string} editor
     */
    async openWith(name, editor) {
      await this.command('File: Focus on Files Explorer');
      await page
        .locator('.explorer-folders-view .monaco-list-row')
        .filter({ hasText: name })
        .click({
          button: 'right',
        });
      const entry = page.locator('.monaco-menu .action-label').filter({ hasText: 'Open With' });
      await entry.waitFor();
      // A menu takes no click in its first moment, lest the click that opened it counts.
      await page.waitForTimeout(400);
      await entry.click();
      await this.pick(editor);
    },

    /**
     * The document inside the webview that is seen; a webview is a frame in a frame.
     * @param {string} [selector] what only the right one has
     */
    async webview(selector = '#page') {
      const until = Date.now() + 60_000;
      while (Date.now() < until) {
        for (const frame of page.frames()) {
          if (frame.isDetached()) continue;
          const found = await frame
            .locator(selector)
            .first()
            .isVisible()
            .catch(() => false);
          if (found) return frame;
        }
        await page.waitForTimeout(100);
      }
      throw new Error(`no webview shows ${selector}`);
    },

    /**
     * Lets colours, lenses and pictures come; for pictures of the screen only.
     * @param {number} [ms]
     */
    async settle(ms = 1200) {
      await page.waitForTimeout(ms);
    },

    /** Reloads the window, as after an update of the editor. */
    async reload() {
      await Promise.all([
        page.waitForEvent('load', { timeout: 120_000 }),
        this.command('Developer: Reload Window'),
      ]);
      await this.ready();
    },

    /** Puts away messages that lie over the rest. */
    async closeNotifications() {
      await this.command('Notifications: Clear All Notifications');
    },
  };
}
