import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import {
  completionLabels,
  eventually,
  fileOf,
  format,
  lensTitles,
  offered,
  show,
} from './support.ts';

/** Writes a file into the workspace and shows it. */
async function shown(name: string, text: string): Promise<vscode.TextDocument> {
  await vscode.workspace.fs.writeFile(fileOf(name), Buffer.from(text));
  const { document } = await show(name);
  return document;
}

function at(document: vscode.TextDocument, text: string, from = 0): vscode.Position {
  const offset = document.getText().indexOf(text, from);
  assert.ok(offset >= 0, text);
  return document.positionAt(offset + 1);
}

async function close(): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
}

const TWO_STEPS = `Task: find the cup.
Thought 1: Perhaps here.
Action 1: look here
Observation 1: Nothing.
Thought 2: Then there.
Action 2: look there
`;

suite('the language of trajectories', () => {
  test('a call and its result: both are marked, and each leads to the other', async () => {
    const { document } = await show('tools.traj.jsonl');
    const call = at(document, 'find_order');
    const marked = await offered<vscode.DocumentHighlight>(
      'vscode.executeDocumentHighlights',
      document.uri,
      call,
    );
    const texts = marked.map(({ range }) => document.getText(range));
    assert.match(texts[0]!, /find_order/);
    assert.match(texts.at(-1)!, /shipped/);
    const places = await offered<vscode.Location>(
      'vscode.executeReferenceProvider',
      document.uri,
      call,
    );
    assert.ok(places.some(({ range }) => document.getText(range).includes('shipped')));
  });

  test('a selection grows by span, step and trajectory', async () => {
    const { document } = await show('household.react');
    const [innermost] = await offered<vscode.SelectionRange>(
      'vscode.executeSelectionRangeProvider',
      document.uri,
      [at(document, 'usually in the cupboard')],
    );
    const texts: string[] = [];
    for (let one: vscode.SelectionRange | undefined = innermost; one; one = one.parent)
      texts.push(document.getText(one.range));
    assert.ok(texts.some((text) => text.startsWith('A mug is usually') && text.endsWith('first.')));
    assert.ok(texts.some((text) => /^Thought 1:[^]*Observation 1:[^]*closed\.\s*$/.test(text)));
  });

  test('files that it names are links', async () => {
    await vscode.workspace.fs.writeFile(fileOf('shot.png'), Buffer.from('png'));
    const message = {
      role: 'user',
      content: [{ type: 'image_url', image_url: { url: 'shot.png' } }],
    };
    const said = { role: 'assistant', content: 'A cup.' };
    const line = JSON.stringify({ id: 'pictures', messages: [message, said] });
    const document = await shown('pictures.traj.jsonl', `${line}\n`);
    const links = await offered<vscode.DocumentLink>('vscode.executeLinkProvider', document.uri);
    assert.equal(links[0]!.target?.fsPath, fileOf('shot.png').fsPath);
    await close();
  });

  test('records are found from everywhere, by their ids', async () => {
    const symbols = await offered<vscode.SymbolInformation>(
      'vscode.executeWorkspaceSymbolProvider',
      'orders-2',
    );
    assert.ok(
      symbols.some(
        ({ name, location }) =>
          name.includes('orders-2') && location.uri.fsPath.endsWith('tools.traj.jsonl'),
      ),
    );
  });

  test('lenses tell steps and tokens, and lead on', async () => {
    const { document } = await show('household.react');
    // Tokens come from the trainer's program, which has to start.
    const titles = await lensTitles(document.uri, (title) => /tokens · .*supervised/.test(title));
    assert.ok(titles.some((title) => title.startsWith('6 steps · ')));
    assert.ok(titles.includes('Preview tokens'));
    assert.ok(titles.includes('Train on this file'));
  });

  test('hints tell the tokens of a span, when they are wanted', async () => {
    const settings = vscode.workspace.getConfiguration('deepcoder.inlayHints');
    await settings.update('tokens', true, vscode.ConfigurationTarget.Workspace);
    const { document } = await show('household.react');
    const hints = await offered<vscode.InlayHint>(
      'vscode.executeInlayHintProvider',
      document.uri,
      new vscode.Range(0, 0, document.lineCount, 0),
    );
    const labels = hints.map(({ label }) => (typeof label === 'string' ? label : label[0]!.value));
    assert.ok(
      labels.some((label) => /^\d+ tok$/.test(label)),
      labels.join(' | '),
    );
    await settings.update('tokens', undefined, vscode.ConfigurationTarget.Workspace);
  });

  test('what is wrong is said, and all of it can be mended at once', async () => {
    const wrong = TWO_STEPS.replace('Thought 2', 'Thought 4').replace('Action 2', 'Action 4');
    const document = await shown('jumps.react', wrong);
    const [problem] = await eventually(
      () => vscode.languages.getDiagnostics(document.uri),
      (found) => found.length > 0,
    );
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      problem!.range,
    );
    const fix = actions.find(({ title }) => title === 'Renumber the steps');
    assert.ok(fix?.edit, JSON.stringify(actions.map(({ title }) => title)));
    const all = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      new vscode.Range(0, 0, document.lineCount, 0),
      vscode.CodeActionKind.SourceFixAll.value,
    );
    assert.ok(all[0]?.edit);
    await vscode.workspace.applyEdit(all[0].edit);
    assert.equal(document.getText(), TWO_STEPS);
    await close();
  });

  test('labels and the whole next step are completed', async () => {
    const document = await shown('growing.react', TWO_STEPS);
    const end = new vscode.Position(6, 0);
    const labels = await completionLabels(document.uri, end, 'Observation 2:');
    assert.ok(
      labels.some((label) => label.startsWith('Step 3: thought')),
      labels.join(' | '),
    );
    await close();
  });

  test('a record is renamed', async () => {
    const document = await shown(
      'named.traj.jsonl',
      `${JSON.stringify({
        id: 'old',
        messages: [
          { role: 'user', content: 'q' },
          { role: 'assistant', content: 'a' },
        ],
      })}\n`,
    );
    const edit = await eventually(
      () =>
        vscode.commands
          .executeCommand<vscode.WorkspaceEdit>(
            'vscode.executeDocumentRenameProvider',
            document.uri,
            at(document, 'old'),
            'new',
          )
          .then(
            (found) => found,
            () => null,
          ),
      (found) => found !== null && found.size > 0,
    );
    await vscode.workspace.applyEdit(edit!);
    assert.match(document.getText(), /^\{"id":\s*"new"/);
    await close();
  });

  test('formatting numbers the steps and makes a record one line', async () => {
    const text = TWO_STEPS.replace('Thought 2', 'Thought 3').replace('Action 2', 'Action 3');
    const document = await shown('unformatted.react', text);
    await format(document);
    assert.equal(document.getText(), TWO_STEPS);
    await close();
  });
});
