import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** @typedef {ReturnType<typeof import('./workbenchPage.mjs').workbenchPage>} Person */

/** A config with two mistakes, and a place where the next key goes. */
const DRAFT = `extends: quickstart
run:
  name: draft
weights:
  reasoning: 1.0
  action: -2
train:
  stepz: 400
  \n`;

/**
 * Puts into a workspace what the views need, before it is opened.
 * @param {string} workspace
 */
export function prepareViews(workspace) {
  writeFileSync(join(workspace, 'draft.deepcoder.yaml'), DRAFT);
}

/**
 * How each view is brought onto the screen, in an order that a person could take.
 * @type {Record<string, (person: Person) => Promise<void>>}
 */
export const VIEWS = {
  async trajectory(person) {
    await person.command('View: Close All Editors');
    await person.command('View: Show Explorer');
    await person.open('household.react');
    await person.page.locator('.editor-instance .codelens-decoration').first().waitFor();
    await person.settle();
  },

  async tokens(person) {
    await person.open('household.react');
    await person.command('DeepCoder: Preview Tokens');
    await person.page.locator('.editor-instance .codelens-decoration').first().waitFor();
    await person.settle(4000);
  },

  async config(person) {
    await person.command('Notifications: Clear All Notifications');
    await person.open('draft.deepcoder.yaml');
    await person.page.locator('.editor-instance .squiggly-error').first().waitFor();
    await person.goToLine(DRAFT.split('\n').length - 1);
    await person.page.keyboard.press('End');
    await person.suggest();
    await person.settle();
  },

  async problems(person) {
    await person.page.keyboard.press('Escape');
    await person.command('Problems: Focus on Problems View');
    await person.page.locator('.markers-panel .monaco-list-row').first().waitFor();
    await person.settle();
  },

  async metrics(person) {
    await person.command('View: Hide Panel');
    await person.command('View: Close All Editors');
    await person.open('deepcoder.yaml');
    await person.command('View: Show DeepCoder');
    await person.settle(1500);
    const run = person.runRow('household');
    if ((await run.count()) > 0) await run.first().click();
    else await person.command('DeepCoder: Run Train');
    const panel = await person.webview('[data-chart="loss"]');
    await panel
      .locator('.facts')
      .filter({ hasText: /([4-9]\d|\d{3,}) of/ })
      .waitFor();
    await person.closeNotifications();
    await person.settle();
  },

  async compare(person) {
    await person.command('DeepCoder: Compare Runs');
    await person.pick('structured');
    await person.pick('token-level');
    await person.page.keyboard.press('Enter');
    const panel = await person.webview('.runs-table');
    await panel.getByText('Success in the environment').waitFor();
    await person.settle();
  },

  async inspector(person) {
    await person.command('View: Show Explorer');
    await person.openWith('tools.traj.jsonl', 'Trajectory Inspector');
    await person.webview('.record .span');
    await person.closeNotifications();
    await person.settle();
  },

  async setup(person) {
    await person.command('View: Close All Editors');
    await person.command('DeepCoder: Check Set-up');
    await person.webview('h1');
    await person.settle();
  },

  async walkthrough(person) {
    await person.command('View: Close All Editors');
    await person.command('DeepCoder: Get Started');
    await person.page.locator('.getting-started-step').first().waitFor();
    await person.settle();
  },
};

/** The same for a workspace in which there is nothing yet. */
export const EMPTY_VIEWS = /** @type {typeof VIEWS} */ ({
  async welcome(person) {
    await person.command('View: Show DeepCoder');
    await person.page
      .locator('.welcome-view-content a, .welcome-view-content button')
      .first()
      .waitFor();
    await person.settle();
  },
});
