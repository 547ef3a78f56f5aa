import { verdictNotification, type Verdict } from '@deepcoder/server-protocol';
import * as vscode from 'vscode';
import type { Disposer } from '../disposer.ts';
import type { DeepCoderClient } from '../languageClient.ts';
import { isConfig } from './isConfig.ts';

/** What the server took each open document for; menus follow the active one. */
export interface Verdicts {
  of(uri: vscode.Uri): Verdict | undefined;
  isTrajectory(uri: vscode.Uri): boolean;
  readonly onChange: vscode.Event<void>;
}

const OURS = new Set(['trajectory-text', 'trajectory-jsonl']);
const PERHAPS = new Set(['json', 'jsonl', 'yaml']);

export function createVerdicts(server: DeepCoderClient): Verdicts & Disposer {
  const verdicts = new Map<string, Verdict>();
  const changed = new vscode.EventEmitter<void>();
  const isTrajectory = (uri: vscode.Uri) => {
    const verdict = verdicts.get(uri.toString());
    return verdict !== undefined && verdict.format !== 'not_a_trajectory';
  };
  const update = () => {
    const document = vscode.window.activeTextEditor?.document;
    const known = document !== undefined && isTrajectory(document.uri);
    const byLanguage = document !== undefined && OURS.has(document.languageId);
    setContext('deepcoder.isTrajectory', known || byLanguage);
    setContext('deepcoder.isConfig', document !== undefined && isConfig(document));
  };
  const wake = ({ languageId }: vscode.TextDocument) => {
    if (OURS.has(languageId) || PERHAPS.has(languageId)) server.wake();
  };
  vscode.workspace.textDocuments.forEach(wake);
  update();
  const listening = vscode.Disposable.from(
    changed,
    server.onNotification(verdictNotification, (verdict) => {
      verdicts.set(verdict.uri, verdict);
      update();
      changed.fire();
    }),
    vscode.workspace.onDidOpenTextDocument(wake),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => void verdicts.delete(uri.toString())),
    vscode.window.onDidChangeActiveTextEditor(update),
  );
  return {
    of: (uri) => verdicts.get(uri.toString()),
    isTrajectory,
    onChange: changed.event,
    dispose: () => void listening.dispose(),
  };
}

function setContext(key: string, value: boolean): void {
  void vscode.commands.executeCommand('setContext', key, value);
}
