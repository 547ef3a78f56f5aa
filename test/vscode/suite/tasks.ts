import assert from 'node:assert/strict';
import * as vscode from 'vscode';

suite('tasks', () => {
  test('training on the config is offered', async () => {
    const tasks = await vscode.tasks.fetchTasks({ type: 'deepcoder' });
    const names = tasks.map(({ name }) => name);
    assert.ok(names.includes('train deepcoder.yaml'), names.join(', '));
  });

  test('a task of tasks.json runs the trainer and ends with its code', async function () {
    if (process.env['DEEPCODER_NO_TERMINALS'] !== undefined) this.skip();
    this.timeout(120_000);
    const folder = vscode.workspace.workspaceFolders![0]!;
    const definition = { type: 'deepcoder', command: 'check', config: 'missing.yaml' };
    const file = vscode.Uri.joinPath(folder.uri, '.vscode', 'tasks.json');
    const tasks = { version: '2.0.0', tasks: [{ ...definition, label: 'check it' }] };
    await vscode.workspace.fs.writeFile(file, Buffer.from(JSON.stringify(tasks)));
    let task: vscode.Task | undefined;
    for (let tries = 0; task === undefined && tries < 50; tries++) {
      task = (await vscode.tasks.fetchTasks()).find(({ name }) => name === 'check it');
      if (task === undefined) await new Promise((resolve) => setTimeout(resolve, 100));
    }
    assert.ok(task);
    const ended = new Promise<number | undefined>((resolve) => {
      vscode.tasks.onDidEndTaskProcess(({ exitCode }) => resolve(exitCode));
    });
    await vscode.tasks.executeTask(task);
    // A config that cannot be read: exit code 2, as on the command line.
    assert.equal(await ended, 2);
  });
});
