import * as vscode from 'vscode';
import { runTask } from '../tasks/deepCoderTask.ts';
import type { Services } from '../services.ts';
import { fileFrom, runFrom } from './arguments.ts';
import type { CommandTable } from './commandTable.ts';
import { findConfigs } from './findConfigs.ts';

/** What the program does in a terminal: its progress is seen there, and Ctrl+C or closing it ends it. */
export function programCommands({ runs }: Services): CommandTable {
  return {
    'deepcoder.merge': async (argument) => {
      const placeHolder = vscode.l10n.t('Merge the adapter of which run?');
      const run = await runFrom(runs, argument, { placeHolder });
      if (run === undefined) return;
      await runTask({ command: 'merge', run: run.folder }, vscode.Uri.file(run.folder));
    },
    'deepcoder.scoreTeacher': async (argument) => {
      const config = fileFrom(argument);
      if (config !== undefined) await runTask({ command: 'score', config: config.fsPath }, config);
    },
    'deepcoder.startTeacher': async (argument) => {
      const config = fileFrom(argument);
      if (config === undefined) return;
      await runTask({ command: 'teacher', args: ['start', config.fsPath] }, config);
    },
    'deepcoder.showTeachers': () =>
      runTask({ command: 'teacher', args: ['status'] }, firstFolder()),
    'deepcoder.stopTeachers': () =>
      runTask({ command: 'teacher', args: ['stop', '--all'] }, firstFolder()),
    'deepcoder.makeTokenizer': () => makeTokenizer(),
    'deepcoder.setUpExecutor': async () => {
      const picked = await vscode.window.showQuickPick(
        [
          { label: 'cuda', description: vscode.l10n.t('an NVIDIA graphics card, by ONNX Runtime') },
          { label: 'tfjs-cpu', description: vscode.l10n.t('the processor, by libtensorflow') },
          {
            label: 'tfjs-cuda',
            description: vscode.l10n.t('an NVIDIA graphics card, by libtensorflow'),
          },
        ],
        { placeHolder: vscode.l10n.t('Set up which executor?') },
      );
      if (picked === undefined) return;
      await runTask({ command: 'setup', args: [picked.label] }, firstFolder());
    },
  };
}

/** From the data of a config, or from files that are picked. */
async function makeTokenizer(): Promise<void> {
  const configs = await findConfigs();
  const picks = [
    ...configs.map((uri) => ({
      label: `$(settings) ${vscode.workspace.asRelativePath(uri)}`,
      description: vscode.l10n.t('its data'),
      uri,
    })),
    { label: vscode.l10n.t('Choose Files…'), description: '', uri: null },
  ];
  const picked = await vscode.window.showQuickPick(picks, {
    placeHolder: vscode.l10n.t('Make a tokenizer from which data?'),
  });
  if (picked === undefined) return;
  const files = picked.uri === null ? await pickFiles() : [];
  if (files === undefined) return;
  const size = await vscode.window.showInputBox({
    prompt: vscode.l10n.t('The most tokens: more make texts shorter, and the student larger'),
    value: '4096',
    validateInput: (text) => (/^[1-9]\d*$/.test(text) ? null : vscode.l10n.t('A whole number.')),
  });
  if (size === undefined) return;
  const data = picked.uri === null ? files : ['--config', picked.uri.fsPath];
  const near = picked.uri ?? firstFolder();
  await runTask({ command: 'tokenizer', args: [...data, '--vocab-size', size] }, near);
}

function firstFolder(): vscode.Uri | undefined {
  return vscode.workspace.workspaceFolders?.[0]?.uri;
}

async function pickFiles(): Promise<string[] | undefined> {
  const files = await vscode.window.showOpenDialog({ canSelectMany: true });
  return files?.map(({ fsPath }) => fsPath);
}
