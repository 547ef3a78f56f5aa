import path from 'node:path';
import {
  CONVERT_TARGETS,
  KINDS,
  convertRequest,
  jumpRequest,
  formatsRequest,
  overruleRequest,
  relabelRequest,
  verdictRequest,
  type Kind,
} from '@deepcoder/server-protocol';
import * as vscode from 'vscode';
import type { ShownTexts } from '../documents/shownTexts.ts';
import type { Services } from '../services.ts';
import { openInspector } from '../views/inspectorEditor.ts';
import { byteOf } from '../views/showInText.ts';
import { activeFile, fileFrom } from './arguments.ts';
import type { CommandTable } from './commandTable.ts';
import { freeName } from './configCommands.ts';
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
    'deepcoder.relabelSelection': () => relabel(services),
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

function activeEditor(): vscode.TextEditor | undefined {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined)
    void vscode.window.showInformationMessage(vscode.l10n.t('Open a trajectory first.'));
  return editor;
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

async function relabel({ server }: Services): Promise<void> {
  const editor = activeEditor();
  if (editor === undefined) return;
  const picked = await vscode.window.showQuickPick(
    KINDS.map((label) => ({ label, description: kindText(label) })),
    { placeHolder: vscode.l10n.t('What is the selected text?') },
  );
  if (picked === undefined) return;
  const { start, end } = editor.selection;
  const result = await server.request(relabelRequest, {
    uri: editor.document.uri.toString(),
    range: {
      start: { line: start.line, character: start.character },
      end: { line: end.line, character: end.character },
    },
    kind: picked.label,
  });
  if (result.done === 'nothing') void vscode.window.showInformationMessage(result.message);
}

function kindText(kind: Kind): string {
  return {
    reasoning: vscode.l10n.t('what the agent thinks'),
    action: vscode.l10n.t('what the agent does'),
    observation: vscode.l10n.t('what comes back'),
    system: vscode.l10n.t('the system prompt'),
    task: vscode.l10n.t('what the agent is asked'),
    answer: vscode.l10n.t('what the agent says in the end'),
    other: vscode.l10n.t('none of these'),
  }[kind];
}

async function overrule({ server }: Services): Promise<void> {
  const editor = activeEditor();
  if (editor === undefined) return;
  const uri = editor.document.uri.toString();
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
  const verdict = await server.request(overruleRequest, { uri, format: picked.name });
  if (verdict !== null)
    vscode.window.setStatusBarMessage(`${verdict.title}: ${verdict.reason}`, 5000);
}

const NEW_TRAJECTORY = `Task: \nThought 1: \nAction 1: \nObservation 1: \n`;

async function newTrajectory(): Promise<void> {
  const folder = await startingFolder();
  if (folder === undefined) return;
  const uri = folder === null ? null : await freeName(folder.uri, 'trajectory', '.react');
  const document =
    uri === null
      ? await vscode.workspace.openTextDocument({ language: 'trajectory-text', content: '' })
      : await vscode.workspace.openTextDocument(uri.with({ scheme: 'untitled' }));
  const editor = await vscode.window.showTextDocument(document);
  await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), NEW_TRAJECTORY));
  editor.selection = new vscode.Selection(0, 6, 0, 6);
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
