/**
 * How each view is brought onto the screen, in an order that a person could take.
 * @type {Record<string, (person: ReturnType<typeof import('./workbenchPage.mjs').workbenchPage>, place: { workspace: string }) => Promise<void>>}
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
    await person.command('DeepCoder: Preview Tokens');
    await person.settle(3000);
  },

  async config(person) {
    await person.open('deepcoder.yaml');
    await person.page.keyboard.press('Control+End');
    await person.page.keyboard.type('train:\n');
    await person.page.keyboard.press('Control+Space');
    await person.page.locator('.suggest-widget .monaco-list-row').first().waitFor();
    await person.settle();
  },

  async metrics(person) {
    await person.page.keyboard.press('Escape');
    await person.command('File: Revert File');
    await person.command('View: Show DeepCoder');
    const runs = person.page
      .locator('.pane-body .monaco-list-row')
      .filter({ hasText: 'household' });
    await person.settle(1500);
    if ((await runs.count()) > 0) await runs.first().click();
    else await person.command('DeepCoder: Run Train');
    const panel = await person.webview('[data-chart="loss"]');
    await panel
      .locator('.facts')
      .filter({ hasText: /([4-9]\d|\d{3,}) of/ })
      .waitFor();
    await person.closeNotifications();
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
