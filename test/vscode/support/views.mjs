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

/** A trajectory that is being written, with a number that jumps. */
const WRITING = `Task: put the plate on the table.
You are in the kitchen. There is a table, a shelf and a drawer.

Thought 1: A plate may be on the shelf.
Action 1: go to shelf
Observation 1: On the shelf, you see a plate.

Thought 3: There it is; I take it.
Action 3: take plate from shelf
`;

/**
 * Puts into a workspace what the views need, before it is opened.
 * @param {string} workspace
 */
export function prepareViews(workspace) {
  writeFileSync(join(workspace, 'draft.deepcoder.yaml'), DRAFT);
  writeFileSync(join(workspace, 'draft.react'), WRITING);
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

  async hover(person) {
    await person.open('tools.traj.jsonl');
    await person.page.locator('.editor-instance .codelens-decoration').first().waitFor();
    await person.goToLine(1);
    await person.page.keyboard.press('Home');
    for (let i = 0; i < 330; i++) await person.page.keyboard.press('ArrowRight');
    await person.command('Show or Focus Hover');
    await person.page.locator('.monaco-hover-content').first().waitFor();
    await person.settle();
  },

  async writing(person) {
    await person.command('View: Close All Editors');
    await person.open('draft.react');
    await person.page.locator('.editor-instance .codelens-decoration').first().waitFor();
    await person.page.keyboard.press('Control+End');
    await person.suggest();
    await person.settle();
  },

  async tokens(person) {
    await person.page.keyboard.press('Escape');
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
    if (await person.isOffered('View: Hide Panel')) await person.command('View: Hide Panel');
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

  async heat(person) {
    await person.command('View: Show DeepCoder');
    await person.settle(1500);
    if ((await person.runRow('household').count()) === 0) await VIEWS['metrics']?.(person);
    await person.command('View: Close All Editors');
    await person.open('household.react');
    const isWavy = `[...document.querySelectorAll('.editor-instance .view-line span span')]
      .some((span) => getComputedStyle(span).textDecorationStyle === 'wavy')`;
    const isSeen = () =>
      person.page.waitForFunction(isWavy, undefined, { timeout: 15_000 }).then(
        () => true,
        () => false,
      );
    await person.command('DeepCoder: Show Loss Heat');
    if (!(await isSeen())) {
      // There is no student to ask yet.
      await person.command('DeepCoder: Checkpoint Now');
      await person.settle(5000);
      await person.command('DeepCoder: Show Loss Heat');
      await isSeen();
    }
    await person.closeNotifications();
    await person.settle();
  },

  async compare(person) {
    await person.command('DeepCoder: Compare Runs');
    await person.pick('structured');
    await person.pick('token-level');
    await person.page.keyboard.press('Enter');
    const panel = await person.webview('.runs-table');
    await panel.locator('#success-title').waitFor();
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
