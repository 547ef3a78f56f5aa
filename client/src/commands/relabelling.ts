import path from 'node:path';
import { relabelRequest, removeAnnotationRequest } from '@deepcoder/server-protocol';
import { SPAN_KINDS, type SpanKind } from '@deepcoder/vocabulary';
import * as vscode from 'vscode';
import type { Services } from '../services.ts';
import { activeEditor } from './arguments.ts';

const ANNOUNCED = 'annotations.announced';

/** Gives the selected text another kind: by its label, which Ctrl+Z takes back, else by a note beside the file. */
export async function relabelSelection({ server, context }: Services): Promise<void> {
  const editor = activeEditor();
  if (editor === undefined) return;
  const picked = await vscode.window.showQuickPick(
    SPAN_KINDS.map((label) => ({ label, description: kindText(label) })),
    { placeHolder: vscode.l10n.t('What is the selected text?') },
  );
  if (picked === undefined) return;
  const params = { uri: editor.document.uri.toString(), range: selectedRange(editor) };
  const result = await server.request(relabelRequest, { ...params, kind: picked.label });
  if (result.done === 'nothing') void vscode.window.showInformationMessage(result.message);
  if (result.sidecarUri === null) return;
  const file = path.basename(vscode.Uri.parse(result.sidecarUri).fsPath);
  // Once in a workspace somebody is told where such notes are.
  if (context.workspaceState.get<boolean>(ANNOUNCED) === true) {
    vscode.window.setStatusBarMessage(vscode.l10n.t('Noted in {0}', file), 5000);
    return;
  }
  await context.workspaceState.update(ANNOUNCED, true);
  const undo = vscode.l10n.t('Undo');
  const text = vscode.l10n.t(
    'What you relabel is noted in {0}, beside the file, which stays as it is. Remove Annotation takes it back.',
    file,
  );
  const chosen = await vscode.window.showInformationMessage(text, undo);
  if (chosen === undo) await server.request(removeAnnotationRequest, params);
}

/** Takes back what was noted of the selected text, or of that at the cursor. */
export async function removeAnnotation({ server }: Services): Promise<void> {
  const editor = activeEditor();
  if (editor === undefined) return;
  const params = { uri: editor.document.uri.toString(), range: selectedRange(editor) };
  const { removed } = await server.request(removeAnnotationRequest, params);
  if (removed === 0)
    void vscode.window.showInformationMessage(
      vscode.l10n.t('There is no annotation here. A label that was changed is taken back by Undo.'),
    );
}

function selectedRange({ selection: { start, end } }: vscode.TextEditor) {
  return {
    start: { line: start.line, character: start.character },
    end: { line: end.line, character: end.character },
  };
}

function kindText(kind: SpanKind): string {
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
