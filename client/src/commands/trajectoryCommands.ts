import path from 'node:path';
import {
  CONVERT_TARGETS,
  convertRequest,
  jumpRequest,
  formatsRequest,
  overruleRequest,
  verdictRequest,
} from '@deepcoder/server-protocol';
import * as vscode from 'vscode';
import type { ShownTexts } from '../documents/shownTexts.ts';
import type { Services } from '../services.ts';
import { openInspector } from '../views/inspectorEditor.ts';
import { byteOf } from '../views/showInText.ts';
import { activeEditor, activeFile, fileFrom } from './arguments.ts';
import type { CommandTable } from './commandTable.ts';
import { freeName } from './configCommands.ts';
import { relabelSelection, removeAnnotation } from './relabelling.ts';
import { startingFolder } from './startingFolder.ts';
import { statistics } from './statistics.ts';

export function trajectoryCommands(services: Services, texts: ShownTexts): CommandTable {
  const { tokens } = services;
  const jump = (by: 'step' | 'span' | 'record', direction: 'next' | 'previous') => () =>
    jumpTo(services, by, direction);
  return {
    'deepcoder.openInspector': (argument) => inspect(argument),
    'deepcoder.openAsText': async () => {
      const file = activeFile();
      if (file !== undefined)
        await vscode.commands.executeCommand('vscode.openWith', file, 'default');
    },
    'deepcoder.previewTokens': () => tokens.toggle('tokens'),
    'deepcoder.showLossHeat': () => tokens.toggle('heat'),
    'deepcoder.chooseLossRun': () => tokens.chooseRun(),
    'deepcoder.convert': () => convert(services),
    'deepcoder.statistics': (argument) => statistics(services, { texts, argument }),
    'deepcoder.relabelSelection': () => relabelSelection(services),
    'deepcoder.removeAnnotation': () => removeAnnotation(services),
    'deepcoder.overruleFormat': () => overrule(services),
    'deepcoder.newTrajectory': () => newTrajectory(),
    'deepcoder.nextStep': jump('step', 'next'),
    'deepcoder.previousStep': jump('step', 'previous'),
    'deepcoder.nextOfKind': jump('span', 'next'),
    'deepcoder.previousOfKind': jump('span', 'previous'),
    'deepcoder.nextRecord': jump('record', 'next'),
    'deepcoder.previousRecord': jump('record', 'previous'),
  };
}

/** The inspector of the file that is named, at the cursor where its text is open. */
async function inspect(argument: unknown): Promise<void> {
  const file = fileFrom(argument) ?? (await vscode.window.showOpenDialog({}))?.[0];
  if (file === undefined) return;
  const editor = vscode.window.activeTextEditor;
  const here =
    editor?.document.uri.toString() === file.toString()
      ? { byte: byteOf(editor.document, editor.selection.active) }
      : undefined;
  await openInspector(file, here);
}

async function convert({ server }: Services): Promise<void> {
  const editor = activeEditor();
  if (editor === undefined) return;
  const picked = await vscode.window.showQuickPick(
    CONVERT_TARGETS.map((target) => ({ label: target, description: targetText(target) })),
    { placeHolder: vscode.l10n.t('Convert to which format?') },
  );
  if (picked === undefined) return;
  const { uri } = editor.document;
  const result = await server.request(convertRequest, {
    uri: uri.toString(),
    target: picked.label,
  });
  if (result === null) {
    void vscode.window.showWarningMessage(vscode.l10n.t('This is no trajectory.'));
    return;
  }
  const language = picked.label === 'react' ? 'trajectory-text' : 'trajectory-jsonl';
  const document = await vscode.workspace.openTextDocument({ content: result.text, language });
  await vscode.window.showTextDocument(document);
  const [first] = result.problems;
  if (first !== undefined)
    void vscode.window.showWarningMessage(
      vscode.l10n.t(
        '{0} of {1} could not be kept: {2}',
        result.problems.length,
        path.basename(uri.fsPath),
        first.message,
      ),
    );
}

function targetText(target: (typeof CONVERT_TARGETS)[number]): string {
  return {
    chat: vscode.l10n.t('messages with tool calls, one record a line'),
    react: vscode.l10n.t('Thought, Action, Observation as text'),
    sharegpt: vscode.l10n.t('conversations of from and value'),
    adp: vscode.l10n.t('Agent Data Protocol'),
    atif: vscode.l10n.t('Agent Trajectory Interchange Format'),
  }[target];
}

async function overrule({ server, plain }: Services): Promise<void> {
  const editor = activeEditor();
  if (editor === undefined) return;
  const { document } = editor;
  const uri = document.uri.toString();
  const now = await server.request(verdictRequest, { uri });
  const { formats } = await server.request(formatsRequest, {});
  const picked = await vscode.window.showQuickPick(
    [
      { label: vscode.l10n.t('Detect'), description: vscode.l10n.t('by its content'), name: null },
      ...formats.map(({ name, title }) => ({ label: name, description: title, name })),
    ],
    {
      placeHolder: vscode.l10n.t('Now {0}. Read it as what?', now?.title ?? '–'),
      matchOnDescription: true,
    },
  );
  if (picked === undefined) return;
  // A language that is no trajectory's never reaches the server.
  if (now === null) await plain.adopt(document, plain.of(document.uri)?.isText ?? true);
  const verdict = await server.request(overruleRequest, { uri, format: picked.name });
  if (verdict !== null) {
    vscode.window.setStatusBarMessage(`${verdict.title}: ${verdict.reason}`, 5000);
    return;
  }
  void vscode.window.showWarningMessage(
    vscode.l10n.t(
      '{0} cannot be read as a trajectory: it is {1}, and lies on no disk.',
      path.basename(document.uri.path),
      document.languageId,
    ),
  );
}

/** Each stop has a text of its own, so that no label is without one while the first is written. */
const NEW_TRAJECTORY = new vscode.SnippetString(
  'Task: ${1:what the agent is asked}\nThought 1: ${2:what it thinks}\nAction 1: ${3:what it does}\nObservation 1: ${4:what comes back}\n$0',
);

async function newTrajectory(): Promise<void> {
  const folder = await startingFolder();
  if (folder === undefined) return;
  const uri = folder === null ? null : await freeName(folder.uri, 'trajectory', '.react');
  const document =
    uri === null
      ? await vscode.workspace.openTextDocument({ language: 'trajectory-text', content: '' })
      : await vscode.workspace.openTextDocument(uri.with({ scheme: 'untitled' }));
  const editor = await vscode.window.showTextDocument(document);
  await editor.insertSnippet(NEW_TRAJECTORY, new vscode.Position(0, 0));
}

async function jumpTo(
  { server }: Services,
  by: 'step' | 'span' | 'record',
  direction: 'next' | 'previous',
): Promise<void> {
  const editor = activeEditor();
  if (editor === undefined) return;
  const { document, selection } = editor;
  const here = { uri: document.uri.toString(), offset: document.offsetAt(selection.active) };
  const found = await server.request(jumpRequest, { ...here, by, direction });
  if (found === null) {
    vscode.window.setStatusBarMessage(vscode.l10n.t('There is none further on.'), 3000);
    return;
  }
  const start = document.positionAt(found.start);
  editor.selection = new vscode.Selection(start, start);
  editor.revealRange(
    new vscode.Range(start, document.positionAt(found.end)),
    vscode.TextEditorRevealType.InCenterIfOutsideViewport,
  );
}
