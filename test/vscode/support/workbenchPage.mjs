/**
 * A workbench as a person uses it: keys, clicks and what is to be seen.
 * @param {import('playwright-core').Page} page
 */
export function workbenchPage(page) {
  const input = page.locator('.quick-input-widget input[type=text]');
  /**
   * Opens the quick input by its key; a webview that does not listen yet, or has just gone, loses one.
   * @param {string} key
   * @param {string} text
   */
  const openInput = async (key, text) => {
    for (let tries = 0; tries < 12; tries++) {
      await page.keyboard.press(key);
      if (!(await isSoonThere(input))) continue;
      // It closes again when the workbench moves the focus elsewhere at that moment.
      const isFilled = await input.fill(text, { timeout: 3000 }).then(
        () => true,
        () => false,
      );
      if (isFilled) return;
    }
    throw new Error(`${key} opens no quick input`);
  };
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
      // By its whole title: what was used last stands first among those that begin alike.
      const row = page.locator('.quick-input-list .label-name').filter({ hasText: whole(title) });
      const until = Date.now() + 120_000;
      // The palette does not hear of commands that come while it is open, and it may close.
      for (;;) {
        await openInput('F1', `>${title}`);
        if (await isSoonClicked(row.first())) break;
        await page.keyboard.press('Escape');
        if (Date.now() > until) throw new Error(`the palette does not offer ${title}`);
      }
      // What the command asks next comes into the same field.
      await row.first().waitFor({ state: 'hidden' });
    },

    /**
     * Waits for a question among several; what is typed or picked too early answers the one before.
     * @param {string} title
     */
    async asked(title) {
      await page.locator('.quick-input-titlebar').filter({ hasText: title }).waitFor();
    },

    /**
     * Whether the palette has a command at this moment.
     * @param {string} title
     */
    async isOffered(title) {
      await openInput('F1', `>${title}`);
      const rows = page.locator('.quick-input-list .monaco-list-row');
      await rows.first().waitFor();
      // What the palette had before goes away with the next look.
      await page.waitForTimeout(500);
      const found = await rows.filter({ hasText: title }).count();
      await page.keyboard.press('Escape');
      return found > 0;
    },

    /** @param {number} line */
    async goToLine(line) {
      await openInput('Control+G', `:${line}`);
      await page.keyboard.press('Enter');
      await page.locator('.editor-instance .monaco-editor.focused').waitFor();
    },

    /** Asks for completion at the cursor; an editor that is still busy loses the key. */
    async suggest() {
      const row = page.locator('.suggest-widget .monaco-list-row').first();
      for (let tries = 0; tries < 12; tries++) {
        await page.keyboard.press('Control+Space');
        if (await isSoonThere(row)) return;
      }
      throw new Error('nothing is suggested');
    },

    /**
     * Takes the first quick fix at the cursor; the editor offers none before it has been told.
     * @param {string} title
     */
    async quickFix(title) {
      const entry = page.locator('.action-widget .monaco-list-row').filter({ hasText: title });
      for (let tries = 0; tries < 12; tries++) {
        await page.keyboard.press('Control+.');
        if (await isSoonThere(entry.first())) {
          // Something transparent lies over it, which takes clicks.
          await page.keyboard.press('Enter');
          return;
        }
        await page.keyboard.press('Escape');
      }
      throw new Error(`${title} is not offered`);
    },

    /** The cursor's line, as the status bar says it. */
    async line() {
      const text = await page.locator('[id="status.editor.selection"]').textContent();
      return Number(/Ln (\d+)/.exec(text ?? '')?.[1]);
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
     * A run's row in the Runs view.
     * @param {string} name
     */
    runRow(name) {
      return page.locator('.pane-body .monaco-list-row').filter({ hasText: name });
    },

    /**
     * Opens a file of the workspace by its name.
     * @param {string} name
     */
    async open(name) {
      // By its name: for a moment the files that were opened before stand there.
      const row = page.locator('.quick-input-list .label-name').filter({ hasText: whole(name) });
      const tab = page
        .locator('.tab.active')
        .filter({ has: page.locator('.label-name').filter({ hasText: whole(name) }) });
      const until = Date.now() + 120_000;
      for (;;) {
        await openInput('Control+P', name);
        // The list may be sorted again under the click: what opens is another tab then, such as a preview of the file.
        const isOpen = (await isSoonClicked(row.first())) && (await isShown(tab));
        if (isOpen) break;
        await page.keyboard.press('Escape');
        if (Date.now() > until) throw new Error(`the workbench finds no file ${name}`);
      }
      // The tab is there before the keys go to its text; under load they may stay with the list of files.
      const text = page.locator('.editor-instance .monaco-editor.focused');
      if (await isShown(text)) return;
      await tab.click();
      await text.waitFor();
    },

    /**
     * Opens a file of the explorer with another editor.
     * @param {string} name
     * @param {string | null} editor null: the choice is left open
     */
    async openWith(name, editor) {
      await this.command('File: Focus on Files Explorer');
      const rows = page.locator('.explorer-folders-view .monaco-list-row');
      await this.menu(rows.filter({ hasText: name }), 'Open With');
      if (editor !== null) await this.pick(editor);
    },

    /**
     * Takes an entry of the menu of a row.
     * @param {import('playwright-core').Locator} row
     * @param {string} label
     */
    async menu(row, label) {
      const entry = page.locator('.monaco-menu .action-label').filter({ hasText: label });
      const until = Date.now() + 120_000;
      // It closes again when the list is drawn anew at that moment, or the focus moves elsewhere.
      for (;;) {
        await row.click({ button: 'right' });
        // A menu takes no click in its first moment, lest the click that opened it counts.
        if ((await isSoonThere(entry.first())) && (await isStillClicked(entry.first()))) return;
        await page.keyboard.press('Escape');
        if (Date.now() > until) throw new Error(`the menu does not offer ${label}`);
      }
    },

    /**
     * The document inside the webview that is seen; a webview is a frame in a frame.
     * @param {string} [selector] what only the right one has
     * @param {number} [everyMs] how often it is looked for; looking takes the processor's time
     */
    async webview(selector = '#page', everyMs = 20) {
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
        await page.waitForTimeout(everyMs);
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

/**
 * A command's title and nothing else; some end with an ellipsis.
 * @param {string} title
 */
function whole(title) {
  return new RegExp(`^${title.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}…?$`);
}

/** @param {import('playwright-core').Locator} locator */
function isSoonThere(locator) {
  return locator.waitFor({ timeout: 5000 }).then(
    () => true,
    () => false,
  );
}

/** @param {import('playwright-core').Locator} locator */
function isSoonClicked(locator) {
  return locator.click({ timeout: 5000 }).then(
    () => true,
    () => false,
  );
}

/** @param {import('playwright-core').Locator} locator */
function isShown(locator) {
  return locator.waitFor({ timeout: 10_000 }).then(
    () => true,
    () => false,
  );
}

/** @param {import('playwright-core').Locator} locator */
async function isStillClicked(locator) {
  await locator.page().waitForTimeout(400);
  return isSoonClicked(locator);
}
