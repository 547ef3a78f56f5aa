import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { fileOf, format, hoverText, lensTitles, offered, show } from './support.ts';

const CONFIG = `extends: base.yaml
train:
    steps:   700
    learning_rate: 0.001
loss:
  kd: 0.5
`;

suite('the language of configs', () => {
  let document: vscode.TextDocument;

  suiteSetup(async () => {
    await vscode.workspace.fs.writeFile(fileOf('base.yaml'), Buffer.from('extends: quickstart\n'));
    await vscode.workspace.fs.writeFile(fileOf('mine.deepcoder.yaml'), Buffer.from(CONFIG));
    ({ document } = await show('mine.deepcoder.yaml'));
  });

  suiteTeardown(() =>
    vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor'),
  );

  test('a key tells what it means and where its value comes from', async () => {
    const text = await hoverText(document.uri, new vscode.Position(2, 6));
    assert.match(text, /How long to train/);
    assert.match(text, /Preset quickstart: `1100`/);
    assert.match(text, /In force: `700`, from line 3/);
  });

  test('what it extends is a link', async () => {
    const links = await offered<vscode.DocumentLink>('vscode.executeLinkProvider', document.uri);
    assert.ok(links.some(({ target }) => target?.fsPath === fileOf('base.yaml').fsPath));
  });

  test('blocks fold, and are its outline', async () => {
    const folds = await offered<vscode.FoldingRange>(
      'vscode.executeFoldingRangeProvider',
      document.uri,
    );
    assert.deepEqual(
      folds.map(({ start, end }) => [start, end]),
      [
        [1, 3],
        [4, 5],
      ],
    );
    const symbols = await offered<vscode.DocumentSymbol>(
      'vscode.executeDocumentSymbolProvider',
      document.uri,
    );
    assert.deepEqual(
      symbols.map(({ name }) => name),
      ['extends', 'train', 'loss'],
    );
  });

  test('lenses tell what a run would be, and start one', async () => {
    const titles = await lensTitles(document.uri, (title) => /700 steps/.test(title));
    assert.ok(
      titles.some((title) => title.includes('Run Train')),
      titles.join(' | '),
    );
    assert.ok(
      titles.some((title) => title.includes('Check')),
      titles.join(' | '),
    );
  });

  test('formatting puts indents and spaces right, and keeps the values', async () => {
    await format(document);
    assert.match(document.getText(), /^train:\n {2}steps: 700\n {2}learning_rate: 0.001$/m);
  });
});
